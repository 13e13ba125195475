internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// How a run comes to its end.
enum RunEnding: Sendable {
  case completed(output: String, TokenUsage)
  case failed(RunError, TokenUsage)
  case cancelled(CancelWish)
  /// Another worker has the run, or the server stops: nothing is written.
  case given

  init(_ error: ModelError, _ usage: TokenUsage) {
    self = .failed(RunError(code: error.code, message: error.message, details: nil), usage)
  }

  static let timedOut = ModelError.timedOut
}

extension RunJob {
  /// Writes the run's end and its last event, unless the run has ended or is not the node's any
  /// more.
  ///
  /// `node` is nil when no worker had the run.
  func finish(
    _ ending: RunEnding, by node: String?, at time: Timestamp, span: String, log: EventLog,
    _ transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    guard let end = EndRow(ending, job: self, started: try startedAt(transaction), at: time) else {
      return false
    }
    let owner: SQLValue = node.map { .text($0) } ?? .null
    let changed = try transaction.execute(
      """
      UPDATE runs SET status = ?2, phase = NULL, output = ?3, error = ?4, usage = ?5, ended_at = ?6,
        lease_owner = NULL, lease_expires_at = NULL, event_count = event_count + 1
      WHERE id = ?1 AND status IN ('pending', 'running') AND (?7 IS NULL OR lease_owner = ?7)
      """, .text(id.text), .text(end.status.rawValue), .optional(end.output),
      .optional(end.error), .optional(end.usage), .integer(time.milliseconds), owner)
    guard changed == 1 else { return false }
    try transaction.execute("DELETE FROM checkpoints WHERE run_id = ?1", .text(id.text))
    let draft = event(
      end.type, step: nil, span: span, at: time, by: end.actor, payload: end.payload)
    try log.append([draft], in: transaction)
    return true
  }

  private func startedAt(_ transaction: borrowing Transaction) throws(StoreError) -> Int64? {
    try transaction.first(
      Int64.self, "SELECT started_at FROM runs WHERE id = ?1 AND started_at IS NOT NULL",
      .text(id.text))
  }
}

/// The columns and the event that an ending comes to.
private struct EndRow {
  let status: RunStatus
  let type: String
  let actor: Party
  let payload: WireValue
  var output: String?
  var error: String?
  var usage: String?

  init?(_ ending: RunEnding, job: RunJob, started: Int64?, at time: Timestamp) {
    let milliseconds = time.milliseconds - (started ?? time.milliseconds)
    actor = Party("agent", job.agent)
    switch ending {
    case .given: return nil
    case .completed(let text, let tokens):
      status = .completed
      type = RunEventType.completed
      output = text
      usage = String(decoding: tokens.json(), as: UTF8.self)
      payload = [
        "output": .text(text), "duration_ms": .integer(milliseconds), "usage": tokens.wireValue(),
      ]
    case .failed(let reason, let tokens):
      status = .failed
      type = RunEventType.failed
      error = String(decoding: reason.json(), as: UTF8.self)
      usage = String(decoding: tokens.json(), as: UTF8.self)
      payload = ["error": reason.wireValue()]
    case .cancelled(let wish):
      status = .cancelled
      type = RunEventType.cancelled
      payload = ["reason": wish.reason.map { .text($0) } ?? .null, "by": .text(wish.by)]
    }
  }
}
