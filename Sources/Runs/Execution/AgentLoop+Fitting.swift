internal import Models
internal import Wire

/// What a run may use, and what its model takes in.
extension AgentLoop {
  /// Tokens that are left for an answer whose length nobody has limited.
  private static let answerTokens = 4096
  /// Providers count other tokens than this server does: so many hundredths of theirs are used.
  private static let roomHundredths = 85

  /// The tokens that a conversation may have where it and its answer may have `contextTokens`.
  static func room(in contextTokens: Int, for conversation: Conversation) -> Int {
    let usable = contextTokens / 100 * roomHundredths
    let answer = conversation.parameters.maxTokens ?? answerTokens
    return max(usable / 2, usable - answer)
  }

  /// Shortens what was done before, and says so; false where nothing can be saved.
  @discardableResult
  mutating func compact(
    _ conversation: inout Conversation, to tokensMax: Int, step: Int, span: String
  ) async -> Bool {
    guard let shorter = Compaction.shorten(conversation, to: tokensMax) else { return false }
    let messages = Int64(1 + conversation.exchanges.count * 2 + conversation.remarks.count)
    conversation.exchanges = shorter.exchanges
    state.exchanges = shorter.exchanges
    await journal.note(
      RunEventType.compacted, step: step, span: span,
      [
        "messages_before": .integer(messages), "messages_after": .integer(messages),
        "tokens_saved": .integer(Int64(shorter.saved)),
      ])
    return true
  }

  /// Fails a run that has used what it may.
  func checkBudget() throws(RunInterruption) {
    let limits = job.budget?.limits(used: state.stepsDone, state.usage) ?? []
    for (name, limit, count) in limits where count >= limit {
      throw .spent(
        RunError(
          code: "RUN_LIMIT_EXCEEDED", message: "the run has used \(count) of \(limit): \(name)",
          details: [
            "limit": .text(name), "value": .integer(limit), "used": .integer(count),
          ]))
    }
  }
}
