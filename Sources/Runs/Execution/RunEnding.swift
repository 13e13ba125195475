internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// What a worker has come to with a run.
enum RunEnding: Sendable {
  /// The run has ended with its answer.
  case completed(RunSequel)
  case failed(RunError)
  /// A wish to cancel is in the run's row.
  case calledOff
  /// Nothing of this worker's: another has the run, or the server stops.
  case given

  init(_ error: ModelError) {
    self = .failed(RunError(code: error.code, message: error.message, details: nil))
  }

  static let timedOut = RunEnding(ModelError.timedOut)
  /// The server stopped, and nobody can tell what the run had done by then.
  static let interrupted = RunEnding.failed(
    RunError(
      code: "RUN_INTERRUPTED", message: "the server stopped while the run was executed",
      details: nil))
}

extension RunJob {
  /// Writes the run's end and its last event, as the run's row and `ending` decide it; false when
  /// the run has ended already, is not the lease's any more, or does not end now.
  ///
  /// `lease` is nil when no worker had the run.
  func finish(
    _ ending: RunEnding, under lease: String?, at time: Timestamp, span: String,
    _ setup: RunnerSetup, _ transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    guard let facts = try RunFacts.find(id, in: transaction), let decided = facts.decided(ending)
    else { return false }
    var checkpoint: Checkpoint?
    if facts.startedAt != nil {
      checkpoint = try Checkpoint.find(of: id, in: transaction) ?? Checkpoint()
    }
    return try finish(
      as: decided, facts, checkpoint, under: lease, at: time, span: span, setup, transaction)
  }

  /// Writes the run's end as it was decided, and before it the events that lead to it;
  /// `checkpoint` is nil for a run that was never begun.
  func finish(
    as decided: DecidedEnding, _ facts: RunFacts, _ checkpoint: Checkpoint?,
    after drafts: [EventDraft] = [], under lease: String?, at time: Timestamp, span: String,
    _ setup: RunnerSetup, _ transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    let usage = checkpoint?.usage
    if checkpoint?.hasWaited == true { try AwaitedCall.forget(of: id, in: transaction) }
    let duration = time.milliseconds - (facts.startedAt ?? time.milliseconds)
    let end = EndRow(decided, of: self, usage, durationMilliseconds: duration)
    let changed = try transaction.execute(
      """
      UPDATE runs SET status = ?2, phase = NULL, output = ?3, error = ?4, usage = ?5, ended_at = ?6,
        lease_owner = NULL, lease_expires_at = NULL, parked_at = NULL,
        event_count = event_count + 1
      WHERE id = ?1 AND status IN ('pending', 'running') AND (?7 IS NULL OR lease_owner = ?7)
      """, .text(id.text), .text(end.status.rawValue), .optional(end.output),
      .optional(end.error.map(Self.text)), .optional(usage.map(Self.text)),
      .integer(time.milliseconds), .optional(lease))
    guard changed == 1 else { return false }
    try transaction.execute("DELETE FROM checkpoints WHERE run_id = ?1", .text(id.text))
    if facts.messageCount > 0 { try RunMessage.forget(of: id, in: transaction) }
    try QueueCounts.move(
      of: scope.organisation, from: facts.queue, to: nil, in: transaction)
    try readyNext(transaction)
    if let checkpoint {
      let own = checkpoint.usage.without(checkpoint.delegated)
      try TenantUsage.add(own, of: scope.organisation, at: time, in: transaction)
    }
    if parent != nil { try tellParent(at: time, setup, transaction) }
    var draft = event(
      end.type, step: nil, span: span, at: time, by: end.actor, payload: end.payload)
    draft.isRedacted = end.isRedacted
    try setup.log.append(drafts + [draft], in: transaction)
    let ended = EndedRun(
      id: id.text, scope: scope, session: session.text, agent: agent, status: end.status.rawValue)
    try setup.ended(ended, time, transaction)
    return true
  }

  /// Has the run that waits for this one go on, unless it waits for others too.
  private func tellParent(
    at time: Timestamp, _ setup: RunnerSetup, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    guard let call = try AwaitedCall.find(startedAs: id, in: transaction),
      let parent = try RunJob.find(call.run, transaction),
      try !call.settle(.ended, because: nil, in: transaction)
    else { return }
    let checkpoint = try Checkpoint.find(of: parent.id, in: transaction)
    _ = try parent.requeue(
      checkpoint, at: time, span: setup.identifiers.next("sp_"), setup, transaction)
  }

  private static func text(_ value: some Coded) -> String {
    String(decoding: value.json(), as: UTF8.self)
  }
}

/// The columns and the event that an ending comes to; what may hold a secret is the same in both.
private struct EndRow {
  let status: RunStatus
  let type: String
  let actor: Party
  let payload: WireValue
  var output: String?
  var error: RunError?
  var isRedacted = false

  init(
    _ ending: DecidedEnding, of job: RunJob, _ usage: TokenUsage?, durationMilliseconds: Int64
  ) {
    var actor = Party("agent", job.agent)
    switch ending {
    case .completed(let text):
      let clean = Redaction.clean(text)
      status = .completed
      type = RunEventType.completed
      output = clean
      isRedacted = clean != text
      payload = [
        "output": .text(clean), "duration_ms": .integer(durationMilliseconds),
        "usage": (usage ?? TokenUsage()).wireValue(),
      ]
    case .failed(let reason):
      let clean = RunError(
        code: reason.code, message: Redaction.clean(reason.message), details: reason.details)
      status = .failed
      type = RunEventType.failed
      error = clean
      isRedacted = clean != reason
      payload = ["error": clean.wireValue()]
    case .cancelled(let wish):
      actor = Party("user", wish.by)
      status = .cancelled
      type = RunEventType.cancelled
      payload = .record(("reason", wish.reason.map { .text($0) }), ("by", .text(wish.by)))
    }
    self.actor = actor
  }
}
