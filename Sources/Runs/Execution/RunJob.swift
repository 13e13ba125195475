internal import Contract
internal import Events
internal import Store
internal import Wire

/// A run as the worker that executes it knows it.
///
/// A class, because every event and every tool of the run holds it.
final class RunJob: Record, Sendable {
  let id: RunID
  /// The stream of its events.
  let stream: String
  let scope: Scope
  let session: SessionKey
  let ordinal: Int64
  let input: String
  let agent: String
  /// The group that the run was given to; nil for a run of one agent.
  let group: GroupID?
  let choice: ModelChoice?
  let metadata: WireValue?
  let timeoutMilliseconds: Int64
  /// When a worker first took the run up; nil when none has.
  let startedAt: Timestamp?
  /// The run that has started this one, and how many runs stand above it.
  let parent: RunID?
  let depth: Int64
  let approvalMode: ApprovalMode
  /// What the roles may use that gave the run to its group.
  let delegated: [ToolLists]
  /// The time that the run has waited for others, which is none of its own.
  let waitedMilliseconds: Int64
  /// The messages that were said to the run before a worker took it.
  let messageCount: Int64
  /// Whether the run waits for others.
  let isParked: Bool
  /// What the run may use; nil for as much as any.
  let budget: RunBudget?
  /// Whether somebody wishes to cancel the run.
  let isCalledOff: Bool

  init(row: borrowing Row) throws(StoreError) {
    id = RunID(trusted: try row.text(0))
    stream = Runner.stream(of: id)
    scope = Scope(
      organisation: try row.text(1), user: try row.text(2), project: try row.optionalText(3))
    session = SessionKey(trusted: try row.text(4))
    ordinal = try row.integer(5)
    input = try row.text(6)
    agent = try row.text(7)
    choice = try row.optionalJSON(8)
    metadata = try row.optionalJSON(9)
    timeoutMilliseconds = try row.integer(10)
    startedAt = try row.optionalInteger(11).map { Timestamp(milliseconds: $0) }
    group = try row.optionalText(12).map { GroupID(trusted: $0) }
    parent = try row.optionalText(13).map { RunID(trusted: $0) }
    depth = try row.integer(14)
    approvalMode = try row.choice(15)
    delegated = try row.optionalJSON(16) ?? []
    waitedMilliseconds = try row.integer(17)
    messageCount = try row.integer(18)
    isParked = !row.isNull(19)
    budget = try row.optionalJSON(20)
    isCalledOff = !row.isNull(21)
  }

  /// How long the run may still take: its time counts from the first start, however often the run
  /// was taken up since, without the time in which it waited for others.
  ///
  /// A clock that was set back gives it no more than its timeout.
  func left(at now: Timestamp) -> Duration {
    let spent = now.milliseconds - (startedAt ?? now).milliseconds - waitedMilliseconds
    return .milliseconds(min(max(timeoutMilliseconds - spent, 0), timeoutMilliseconds))
  }

  /// The event, ready for the log; `step` is nil for what concerns the run as a whole, `agent` for
  /// what the run's own agent does, and `recipient` for what is said to nobody in particular.
  func event(
    _ type: String, step: Int?, span: String, at time: Timestamp, by actor: Party,
    agent: String? = nil, to recipient: String? = nil, payload: WireValue
  ) -> EventDraft {
    let job = self
    return EventDraft(
      stream: stream, tenant: scope.organisation, project: scope.project,
      type: type, time: time, actor: actor, subject: Party("run", id.text), correlationID: nil,
      open: payload
    ) { sequence, payload in
      RunEvent(
        v: 1, seq: sequence, ts: time, sessionKey: job.session, runID: job.id,
        agentID: agent ?? job.agent, groupID: job.group.map { .value($0.text) } ?? .absent,
        messageType: RunEventType.messageWord(type).map { .value($0) } ?? .absent,
        toAgentID: recipient.map { .value($0) } ?? .absent,
        stepID: "step_\(step ?? 0)", spanID: span, parentSpanID: nil, type: type,
        payload: payload.value, redaction: EventRedaction(containsSecrets: payload.hadSecrets))
    }
  }
}

/// The statements by which workers take runs and let go of them.
extension RunJob {
  /// The oldest run that no earlier run of its session holds up, of the organisation that has had
  /// none taken for the longest time and has fewer than `tenantMax` executed.
  static func next(
    tenantMax: Int, _ transaction: borrowing Transaction
  ) throws(StoreError) -> RunJob? {
    try transaction.first(
      RunJob.self,
      """
      SELECT id, org_id, user_id, project_id, session_key, ordinal, input, agent_id, llm_config,
        metadata, timeout_ms, started_at, group_id, parent_run_id, depth, approval_mode, delegated,
        waited_ms, message_count, parked_at, budget, cancel_requested_at
      FROM runs INDEXED BY runs_ready WHERE status = 'pending' AND is_ready = 1 AND org_id = (
        SELECT org_id FROM tenant_queues AS tenant INDEXED BY tenant_queues_by_turn
        WHERE pending > 0 AND running < ?1 AND EXISTS (
          SELECT 1 FROM runs WHERE org_id = tenant.org_id AND status = 'pending' AND is_ready = 1)
        ORDER BY turn LIMIT 1)
      ORDER BY ordinal LIMIT 1
      """, .integer(Int64(tenantMax)))
  }

  /// Has the next run of the session wait for a worker alone; the earliest that has not ended may
  /// be taken.
  func readyNext(_ transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE runs SET is_ready = 1 WHERE is_ready = 0 AND ordinal = (
        SELECT ordinal FROM runs INDEXED BY runs_unfinished
        WHERE org_id = ?1 AND user_id = ?2 AND session_key = ?3
          AND status IN ('pending', 'running') ORDER BY ordinal LIMIT 1)
      """, .text(scope.organisation), .text(scope.user), .text(session.text))
  }

  /// The runs whose worker is gone: leases that ended before `time`, at most `limit`.
  static func abandoned(
    at time: Timestamp, limit: Int, _ transaction: borrowing Transaction
  ) throws(StoreError) -> [RunJob] {
    try transaction.all(
      RunJob.self,
      """
      SELECT id, org_id, user_id, project_id, session_key, ordinal, input, agent_id, llm_config,
        metadata, timeout_ms, started_at, group_id, parent_run_id, depth, approval_mode, delegated,
        waited_ms, message_count, parked_at, budget, cancel_requested_at
      FROM runs WHERE status = 'running' AND lease_expires_at <= ?1 ORDER BY ordinal LIMIT ?2
      """, .integer(time.milliseconds), .integer(Int64(limit)))
  }

  /// The run, for the method that ends it before a worker has it.
  static func find(
    _ id: RunID, _ transaction: borrowing Transaction
  ) throws(StoreError) -> RunJob? {
    try transaction.first(
      RunJob.self,
      """
      SELECT id, org_id, user_id, project_id, session_key, ordinal, input, agent_id, llm_config,
        metadata, timeout_ms, started_at, group_id, parent_run_id, depth, approval_mode, delegated,
        waited_ms, message_count, parked_at, budget, cancel_requested_at
      FROM runs WHERE id = ?1
      """, .text(id.text))
  }

  /// Takes the run under a lease, and counts what is told of it; false when it was taken or ended
  /// meanwhile.
  ///
  /// Every taking has a lease of its own, so that a worker which lost the run cannot write to it
  /// when the run is taken up again, be it in the same process.
  func claim(
    under lease: String, at time: Timestamp, until end: Int64, events: Int64,
    _ transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    try transaction.execute(
      """
      UPDATE runs SET status = 'running', phase = 'executing', lease_owner = ?2,
        lease_expires_at = ?3, started_at = coalesce(started_at, ?4),
        event_count = event_count + ?5
      WHERE id = ?1 AND status = 'pending'
      """, .text(id.text), .text(lease), .integer(end), .integer(time.milliseconds),
      .integer(events)) == 1
  }

  /// Lengthens a lease; nil when the run is no longer under it, else whether somebody wishes to
  /// cancel the run.
  static func renew(
    _ id: RunID, under lease: String, until end: Int64, _ transaction: borrowing Transaction
  ) throws(StoreError) -> Bool? {
    try transaction.first(
      Int64.self,
      """
      UPDATE runs SET lease_expires_at = ?3
      WHERE id = ?1 AND status = 'running' AND lease_owner = ?2
      RETURNING cancel_requested_at IS NOT NULL
      """, .text(id.text), .text(lease), .integer(end)
    ).map { $0 == 1 }
  }

  /// Has the run go on: puts it back into the queue, at its old place, and says so; false when no
  /// worker has it and it waits for nobody.
  func requeue(
    _ checkpoint: Checkpoint?, at time: Timestamp, span: String, _ setup: RunnerSetup,
    _ transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    let changed = try transaction.execute(
      """
      UPDATE runs SET status = 'pending', phase = 'queued', lease_owner = NULL,
        lease_expires_at = NULL, event_count = event_count + 1,
        waited_ms = waited_ms + max(0, ?2 - coalesce(parked_at, ?2)), parked_at = NULL
      WHERE id = ?1 AND status = 'running'
      """, .text(id.text), .integer(time.milliseconds))
    guard changed == 1 else { return false }
    try QueueCounts.move(
      of: scope.organisation, from: isParked ? nil : .running, to: .pending, in: transaction)
    let resumed = event(
      RunEventType.resumed, step: nil, span: span, at: time, by: Party("system", setup.node),
      payload: [
        "checkpoint_step_id": .text("step_\(checkpoint?.stepsDone ?? 0)"),
        "orphaned_tool_calls": [],
      ])
    try setup.log.append([resumed], in: transaction)
    return true
  }

  /// Leaves the run to those it waits for: no worker has it until `requeue`.
  func park(
    in phase: RunPhase, under lease: String, at time: Timestamp,
    _ transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE runs SET phase = ?3, parked_at = ?4, lease_owner = NULL, lease_expires_at = NULL
      WHERE id = ?1 AND lease_owner = ?2
      """, .text(id.text), .text(lease), .text(phase.rawValue), .integer(time.milliseconds))
  }
}
