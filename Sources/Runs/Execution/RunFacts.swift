internal import Contract
internal import Store

/// What of a run's row decides how it may end.
struct RunFacts: Record {
  let startedAt: Int64?
  let phase: RunPhase?
  /// The answer, which earlier versions kept before they ended the run: in phase `finalizing` it
  /// can only complete.
  let output: String?
  /// The first wish to cancel; it was acknowledged, so it counts.
  let wish: CancelWish?
  /// The messages that were said to the run.
  let messageCount: Int64
  /// The number that the run is counted in.
  let queue: QueueCounts.Name?

  init(row: borrowing Row) throws(StoreError) {
    startedAt = try row.optionalInteger(0)
    phase = try row.optionalChoice(1)
    output = try row.optionalText(2)
    wish = row.isNull(3) ? nil : CancelWish(by: try row.text(4), reason: try row.optionalText(5))
    messageCount = try row.integer(6)
    queue = row.isNull(8) ? QueueCounts.Name(rawValue: try row.text(7)) : nil
  }

  static func find(
    _ id: RunID, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> RunFacts? {
    try reader.first(
      RunFacts.self,
      """
      SELECT started_at, phase, output, cancel_requested_at, coalesce(cancel_by, 'system'),
        cancel_reason, message_count, status, parked_at
      FROM runs WHERE id = ?1
      """, .text(id.text))
  }

  /// How a run ends that someone wants to end as `ending`; nil when that is for others to say.
  ///
  /// A wish that was acknowledged goes before everything; an answer that was kept, after which no
  /// wish was acknowledged, goes before failures.
  func decided(_ ending: RunEnding) -> DecidedEnding? {
    if let wish { return .cancelled(wish) }
    if phase == .finalizing, let output { return .completed(output: output) }
    switch ending {
    case .failed(let error): return .failed(error)
    case .completed, .calledOff, .given: return nil
    }
  }
}

/// How a run ends.
enum DecidedEnding: Sendable, Hashable {
  case completed(output: String)
  case failed(RunError)
  case cancelled(CancelWish)
}

/// Who wants a run to end, and why.
struct CancelWish: Sendable, Hashable {
  let by: String
  let reason: String?
}
