/// The model that does what a script says; for tests and measurements.
package struct MockModel: Model {
  /// The provider's name.
  static let provider = "mock"

  private let turns: [Turn]
  private let script: MockScript
  private let pause: Pause

  /// All waiting is done by `pause`.
  package init(_ script: MockScript, pause: @escaping Pause) {
    self.script = script
    self.pause = pause
    turns = Self.turns(of: script)
  }

  package var name: String { "mock/script" }

  package nonisolated(nonsending) func complete(
    _ conversation: Conversation, emit: TokenSink
  ) async throws(ModelError) -> Completion {
    let promptTokens = conversation.promptTokens
    let (turn, callsDone) = turn(after: conversation.exchanges.count)
    var voice = MockVoice(pace: script.pace, burst: script.burst, pause: pause)
    // Calls of this turn were made already, so what it says before them was said.
    if callsDone == 0 {
      for step in turn.steps { try await voice.perform(step, emit) }
    }
    let calls = Array(turn.calls.dropFirst(callsDone))
    let callTokens = calls.reduce(0) { $0 + $1.tokens }
    let usage = Usage(promptTokens: promptTokens, completionTokens: voice.count + callTokens)
    let outcome: Completion.Outcome = calls.isEmpty ? .answer(voice.said) : .toolCalls(calls)
    return Completion(outcome, isCut: false, usage: usage)
  }
}

extension MockModel {
  /// What the mock does between two returns to its caller.
  private struct Turn {
    var steps: [MockScript.Step] = []
    var calls: [ToolCall] = []
  }

  private static func turns(of script: MockScript) -> [Turn] {
    var turns = [Turn()]
    var count = 0
    for step in script.steps {
      if case .call(let tool, let arguments) = step {
        count += 1
        turns[turns.count - 1].calls.append(
          ToolCall(id: "call_\(count)", name: tool, arguments: arguments))
        continue
      }
      if !turns[turns.count - 1].calls.isEmpty { turns.append(Turn()) }
      turns[turns.count - 1].steps.append(step)
    }
    // After its last calls a model has to answer, be it with nothing.
    if !turns[turns.count - 1].calls.isEmpty { turns.append(Turn()) }
    return turns
  }

  /// The turn that comes after so many calls, and how many of its own calls are among them.
  private func turn(after calls: Int) -> (Turn, Int) {
    var rest = calls
    for turn in turns {
      if turn.calls.isEmpty { return (turn, 0) }
      if rest < turn.calls.count { return (turn, rest) }
      rest -= turn.calls.count
    }
    preconditionFailure("the last turn makes no calls")
  }
}
