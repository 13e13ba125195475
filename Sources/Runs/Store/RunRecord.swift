internal import Contract
internal import Store
internal import Wire

/// A run as its row shows it to readers.
struct RunRecord: Record, Sendable {
  let scope: Scope
  let view: RunView

  init(row: borrowing Row) throws(StoreError) {
    scope = Scope(
      organisation: try row.text(0), user: try row.text(1), project: try row.optionalText(2))
    let started = try row.optionalInteger(6).map { Timestamp(milliseconds: $0) }
    let ended = try row.optionalInteger(7).map { Timestamp(milliseconds: $0) }
    view = RunView(
      runID: RunID(trusted: try row.text(3)), sessionKey: SessionKey(trusted: try row.text(4)),
      status: try row.choice(5), startedAt: started, endedAt: ended,
      durationMs: ended.map { $0.milliseconds - (started ?? $0).milliseconds },
      eventCount: try row.integer(8), toolCallCount: try row.integer(9),
      agentID: try row.text(10), groupID: try row.optionalText(11),
      parentRunID: try row.optionalText(12), phase: try row.optionalChoice(13),
      // An answer that is kept already is told once the run has completed.
      output: try row.text(5) == RunStatus.completed.rawValue ? try row.optionalText(14) : nil,
      error: try row.optionalJSON(15),
      usage: try row.optionalJSON(16), createdAt: Timestamp(milliseconds: try row.integer(17)))
  }
}

/// The statements that read runs; a run of another scope is no run at all.
extension RunRecord {
  static func find(
    _ id: RunID, in scope: Scope, _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> RunRecord? {
    try reader.first(
      RunRecord.self,
      """
      SELECT org_id, user_id, project_id, id, session_key, status, started_at, ended_at,
        event_count, tool_call_count, agent_id, group_id, parent_run_id, phase, output, error,
        usage, created_at
      FROM runs WHERE id = ?1 AND org_id = ?2 AND user_id = ?3 AND project_id IS ?4
      """, .text(id.text), .text(scope.organisation), .text(scope.user), .optional(scope.project))
  }

  /// The runs that a run has started, oldest first; an agent's calls in one run are limited.
  static func children(
    of parent: RunID, _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [RunRecord] {
    try reader.all(
      RunRecord.self,
      """
      SELECT org_id, user_id, project_id, id, session_key, status, started_at, ended_at,
        event_count, tool_call_count, agent_id, group_id, parent_run_id, phase, output, error,
        usage, created_at
      FROM runs WHERE parent_run_id = ?1 ORDER BY ordinal
      """, .text(parent.text))
  }

  /// The runs, without those answers that are longer than `outputMax` characters.
  static func page(
    of session: SessionKey, in scope: Scope, places: Range<Int>, outputMax: Int,
    _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [RunRecord] {
    try reader.all(
      RunRecord.self,
      """
      SELECT org_id, user_id, project_id, id, session_key, status, started_at, ended_at,
        event_count, tool_call_count, agent_id, group_id, parent_run_id, phase,
        CASE WHEN length(output) <= ?7 THEN output END, error, usage, created_at
      FROM runs WHERE org_id = ?1 AND user_id = ?2 AND project_id IS ?3 AND session_key = ?4
      ORDER BY ordinal DESC LIMIT ?5 OFFSET ?6
      """, .text(scope.organisation), .text(scope.user), .optional(scope.project),
      .text(session.text), .integer(Int64(places.count)), .integer(Int64(places.lowerBound)),
      .integer(Int64(outputMax)))
  }

  static func count(
    of session: SessionKey, in scope: Scope, _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Int64 {
    try reader.first(
      Int64.self,
      """
      SELECT count(*) FROM runs
      WHERE org_id = ?1 AND user_id = ?2 AND project_id IS ?3 AND session_key = ?4
      """, .text(scope.organisation), .text(scope.user), .optional(scope.project),
      .text(session.text)) ?? 0
  }
}
