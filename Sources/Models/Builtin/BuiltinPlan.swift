/// What the built-in model has still to do for an input, and what has been done.
struct BuiltinPlan {
  /// How far a need has come.
  enum State: Hashable {
    case pending(ToolCall)
    case done(ToolOutcome)
    /// The run does not offer the tool.
    case notOffered
  }

  /// The needs in the order they were asked for.
  let steps: [(need: Need, state: State)]
  /// Sentences that no tool helps with.
  let leftovers: [Substring]
  private let callsLeft: Int

  /// Reads the conversation's input and finds what came of each call made for it.
  init(_ conversation: Conversation) {
    let request = RequestReader(conversation.asked)
    leftovers = request.leftovers
    callsLeft = conversation.toolCallsMax - conversation.exchanges.count
    let offered = Set(conversation.tools.map(\.name))
    steps = request.needs.enumerated().map { index, need in
      let call = ToolCall(id: "call_\(index + 1)", name: need.tool, arguments: need.arguments)
      // Not by identifier: the caller may have given the call another one.
      let exchange = conversation.exchanges.first {
        $0.call.name == call.name && $0.call.arguments == call.arguments
      }
      if let exchange { return (need, .done(exchange.outcome)) }
      return (need, offered.contains(call.name) ? .pending(call) : .notOffered)
    }
  }

  /// The call to make next; nil when nothing is pending or the run may make no more calls.
  var nextCall: ToolCall? {
    guard callsLeft > 0 else { return nil }
    for step in steps {
      if case .pending(let call) = step.state { return call }
    }
    return nil
  }
}
