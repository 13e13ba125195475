internal import Wire

/// What all dialects tell of a conversation.
extension Conversation {
  /// Whether the model may ask for another tool.
  var hasRoomForCalls: Bool { exchanges.count < toolCallsMax }

  /// The messages that say something: providers refuse an empty one.
  var spokenMessages: [Message] { messages.filter { !$0.text.isEmpty } }
}

extension ToolOutcome {
  /// What came of a call, as text for a model.
  var text: String {
    switch self {
    case .answered(.text(let text)): text
    case .answered(let value): value.wireValue.jsonText
    case .failed(let failure): WireValue.map([WireMember("error", failure.wireValue)]).jsonText
    }
  }

  /// Whether the call failed.
  var isFailure: Bool {
    switch self {
    case .answered: false
    case .failed: true
    }
  }
}
