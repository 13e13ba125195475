/// One turn of a model: an answer, or tools it wants to be run first.
package struct Completion: Hashable, Sendable {
  /// What the model decided.
  package enum Outcome: Hashable, Sendable {
    /// The final text; the emitted tokens joined give exactly this.
    case answer(String)
    /// At least one call, in the order they should be run.
    case toolCalls([ToolCall])
  }

  /// What the model decided.
  package let outcome: Outcome
  /// True when `maxTokens` ended the answer early.
  package let isCut: Bool
  /// What the turn cost.
  package let usage: Usage

  package init(_ outcome: Outcome, isCut: Bool, usage: Usage) {
    self.outcome = outcome
    self.isCut = isCut
    self.usage = usage
  }
}
