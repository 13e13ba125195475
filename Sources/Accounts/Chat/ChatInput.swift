package import Wire

/// A message for an agent.
package struct ChatInput: Coded {
  package let message: Text<1, 8000>
  /// The chat that goes on; a new one when it is absent.
  package let sessionID: ChatSessionID?
}

/// The name of a chat: a UUID.
package struct ChatSessionID: PatternedText {
  package static let form = TextSchema(
    minimum: 36, maximum: 36,
    pattern: "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$")
  /// In lower case.
  package let text: String

  package init?(checking text: String) {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12],
      groups.allSatisfy({ $0.utf8.allSatisfy(Self.isDigit) })
    else { return nil }
    self.text = text.lowercased()
  }

  private static let keyPrefix = "s_chat_"

  /// The session of runs that the chat's turns are in.
  var sessionKey: String { Self.keyPrefix + text.filter { $0 != "-" } }

  /// The chat whose turns are in that session of runs; nil for other sessions.
  init?(sessionKey: String) {
    guard sessionKey.hasPrefix(Self.keyPrefix) else { return nil }
    var digits = sessionKey.dropFirst(Self.keyPrefix.count)
    var groups: [Substring] = []
    for length in [8, 4, 4, 4] {
      groups.append(digits.prefix(length))
      digits = digits.dropFirst(length)
    }
    self.init(checking: (groups + [digits]).joined(separator: "-"))
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

/// What became of a message.
package struct ChatAnswer: Coded {
  /// The chat, for the next message.
  package let sessionID: String
  /// The agent's answer; empty where the turn failed.
  package let output: String
  package let events: [ChatEvent]
}

/// One thing that happened in a turn; which members it has is for its type to say.
package struct ChatEvent: Coded, Hashable {
  static let omitsNil = true

  /// A type of AG-UI, such as `TEXT_MESSAGE_CONTENT`.
  package let type: String
  package let runID: String?
  package let messageID: String?
  package let delta: String?
  package let toolName: String?
  package let result: String?
  package let output: String?
  package let error: String?
}

extension ChatEvent {
  /// An event of that type with the members that it has.
  init(
    _ type: ChatEventType, run: String? = nil, message: String? = nil, delta: String? = nil,
    tool: String? = nil, result: String? = nil, output: String? = nil, error: String? = nil
  ) {
    self.init(
      type: type.rawValue, runID: run, messageID: message, delta: delta, toolName: tool,
      result: result, output: output, error: error)
  }
}

/// The types of AG-UI that turns have (docs.ag-ui.com, events).
enum ChatEventType: String, CaseIterable, Sendable {
  case runStarted = "RUN_STARTED"
  case stepStarted = "STEP_STARTED"
  case textStart = "TEXT_MESSAGE_START"
  case textContent = "TEXT_MESSAGE_CONTENT"
  case textEnd = "TEXT_MESSAGE_END"
  case toolStart = "TOOL_CALL_START"
  case toolResult = "TOOL_CALL_RESULT"
  case stepFinished = "STEP_FINISHED"
  case runFinished = "RUN_FINISHED"
  case runError = "RUN_ERROR"
}
