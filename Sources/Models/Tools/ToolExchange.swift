/// A call and what came of it.
package struct ToolExchange: Hashable, Sendable {
  /// What was asked.
  package let call: ToolCall
  /// What came of it.
  package let outcome: ToolOutcome

  package init(_ call: ToolCall, _ outcome: ToolOutcome) {
    self.call = call
    self.outcome = outcome
  }
}

/// What came of a call.
package enum ToolOutcome: Hashable, Sendable {
  case answered(ToolValue)
  case failed(ToolFailure)
}

extension ToolExchange {
  /// The tokens of the call and of what came of it.
  var tokens: Int {
    switch outcome {
    case .answered(let value): call.tokens + Tokenizer.count(value.plainText)
    case .failed(let failure): call.tokens + Tokenizer.count(failure.message)
    }
  }
}
