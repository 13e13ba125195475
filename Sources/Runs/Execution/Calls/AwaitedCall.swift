internal import Contract
internal import Models
internal import Store
internal import Wire

/// A call that its run waits for: until somebody has decided on it, or the run that it has started
/// has ended.
struct AwaitedCall: Record, Hashable, Sendable {
  let run: RunID
  /// The call's name within its step.
  let call: String
  let tool: String
  /// Whose call it is, and in which step.
  let agent: String
  let step: Int64
  /// The run that the call has started; nil for a call that somebody has to decide on.
  let child: RunID?
  /// What has become of it; nil while it is waited for.
  var outcome: Outcome?
  /// What was said with the decision.
  var reason: String?

  /// What became of a call.
  enum Outcome: String, Coded {
    case approved
    case rejected
    /// The run that the call has started is over.
    case ended
  }

  init(
    _ call: ToolCall, of run: RunID, by agent: String, step: Int, child: RunID? = nil
  ) {
    self.run = run
    self.call = call.id
    tool = call.name
    self.agent = agent
    self.step = Int64(step)
    self.child = child
  }

  init(row: borrowing Row) throws(StoreError) {
    run = RunID(trusted: try row.text(0))
    call = try row.text(1)
    tool = try row.text(2)
    agent = try row.text(3)
    step = try row.integer(4)
    child = try row.optionalText(5).map { RunID(trusted: $0) }
    outcome = try row.optionalChoice(6)
    reason = try row.optionalText(7)
  }
}

/// The statements on calls that are waited for; they are forgotten with the step that made them.
extension AwaitedCall {
  /// All of a run's, in the order in which they were made.
  static func all(
    of run: RunID, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [AwaitedCall] {
    try reader.all(
      AwaitedCall.self,
      """
      SELECT run_id, call_id, tool, agent_id, step, child_run_id, outcome, reason
      FROM awaited_calls WHERE run_id = ?1 ORDER BY ordinal
      """, .text(run.text))
  }

  /// Calls that nobody has decided on since before `time`.
  static func overdue(
    at time: Timestamp, limit: Int, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [AwaitedCall] {
    try reader.all(
      AwaitedCall.self,
      """
      SELECT run_id, call_id, tool, agent_id, step, child_run_id, outcome, reason
      FROM awaited_calls WHERE outcome IS NULL AND child_run_id IS NULL AND asked_at <= ?1
      ORDER BY asked_at LIMIT ?2
      """, .integer(time.milliseconds), .integer(Int64(limit)))
  }

  /// The call that has started a run; nil for a run that a caller has started, or whose call is not
  /// waited for any more.
  static func find(
    startedAs child: RunID, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> AwaitedCall? {
    try reader.first(
      AwaitedCall.self,
      """
      SELECT run_id, call_id, tool, agent_id, step, child_run_id, outcome, reason
      FROM awaited_calls WHERE child_run_id = ?1
      """, .text(child.text))
  }

  /// Keeps that the call is waited for; one that was approved may then wait for the run it has
  /// started.
  func insert(
    at time: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO awaited_calls
        (run_id, call_id, ordinal, tool, agent_id, step, child_run_id, asked_at)
      VALUES (?1, ?2, (SELECT coalesce(max(ordinal), 0) + 1 FROM awaited_calls WHERE run_id = ?1),
        ?3, ?4, ?5, ?6, ?7)
      ON CONFLICT (run_id, call_id) DO UPDATE SET child_run_id = excluded.child_run_id,
        outcome = NULL, reason = NULL
      """, .text(run.text), .text(call), .text(tool), .text(agent), .integer(step),
      .optional(child?.text), .integer(time.milliseconds))
  }

  /// Keeps what has become of the call; whether the run still waits for another.
  func settle(
    _ outcome: Outcome, because reason: String?, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    try transaction.execute(
      """
      UPDATE awaited_calls SET outcome = ?3, reason = ?4 WHERE run_id = ?1 AND call_id = ?2
      """, .text(run.text), .text(call), .text(outcome.rawValue), .optional(reason))
    return try transaction.first(
      Int64.self, "SELECT 1 FROM awaited_calls WHERE run_id = ?1 AND outcome IS NULL LIMIT 1",
      .text(run.text)) != nil
  }

  /// Forgets all of a run's.
  static func forget(
    of run: RunID, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute("DELETE FROM awaited_calls WHERE run_id = ?1", .text(run.text))
  }
}
