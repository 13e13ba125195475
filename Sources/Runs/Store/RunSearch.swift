internal import Contract
internal import Store
internal import Wire

/// The conditions of a query in the form of its statement.
struct RunSearch: Sendable {
  /// Conditions on the metadata in one query.
  private static let metadataMax = 8

  private let query: RunsQuery
  private let metadata: [(name: String, value: String)]

  init(_ query: RunsQuery) throws(Fault) {
    guard query.metadata.count <= Self.metadataMax else {
      throw .field("metadata", "more than \(Self.metadataMax) conditions")
    }
    var metadata: [(name: String, value: String)] = []
    guard query.q.map({ !$0.text.utf8.contains(0) }) ?? true else {
      throw .field("q", "a text with NUL is looked for nowhere")
    }
    for condition in query.metadata {
      // By bytes: a mark that is combined with the colon does not make it another letter.
      let bytes = condition.text.utf8
      guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex,
        !bytes.contains(0)
      else { throw .field("metadata", "expected name:value, without NUL") }
      metadata.append(
        (
          String(decoding: bytes[..<colon], as: UTF8.self),
          String(decoding: bytes[bytes.index(after: colon)...], as: UTF8.self)
        ))
    }
    self.query = query
    self.metadata = metadata
  }

  /// Runs that fit, and where to go on behind them.
  struct Found: Sendable {
    let runs: [RunRecord]
    /// The last run that was looked at, when there are more.
    let next: String?
  }

  /// Runs that one page looks at.
  private static let examinedMax = 10_000

  /// At most `limit` runs behind the cursor, without answers longer than `outputMax` characters;
  /// nil when the cursor is no run of the scope.
  func run(
    in scope: Scope, limit: Int, outputMax: Int, _ reader: borrowing Reader
  ) throws(StoreError) -> Found? {
    var place = Int64.max
    if let cursor = query.cursor {
      let found = try reader.first(
        Int64.self,
        """
        SELECT ordinal FROM runs
        WHERE id = ?1 AND org_id = ?2 AND user_id = ?3 AND project_id IS ?4
        """, .text(cursor.text), .text(scope.organisation), .text(scope.user),
        .optional(scope.project))
      guard let found else { return nil }
      place = found
    }
    let end = try reader.first(
      RunPlace.self,
      """
      SELECT id, ordinal FROM runs INDEXED BY runs_by_scope
      WHERE org_id = ?1 AND user_id = ?2 AND project_id IS ?3 AND ordinal < ?4
      ORDER BY ordinal DESC LIMIT 1 OFFSET ?5
      """, .text(scope.organisation), .text(scope.user), .optional(scope.project),
      .integer(place), .integer(Int64(Self.examinedMax - 1)))
    let found = try reader.all(
      RunRecord.self,
      """
      SELECT org_id, user_id, project_id, id, session_key, status, started_at, ended_at,
        event_count, tool_call_count, agent_id, group_id, parent_run_id, phase,
        CASE WHEN length(output) <= ?14 THEN output END, error, usage, created_at
      FROM runs INDEXED BY runs_by_scope
      WHERE org_id = ?1 AND user_id = ?2 AND project_id IS ?3 AND ordinal < ?4 AND ordinal >= ?15
        AND (?5 IS NULL OR EXISTS (SELECT 1 FROM json_each(?5) WHERE value = status))
        AND (?6 IS NULL OR session_key = ?6) AND (?7 IS NULL OR agent_id = ?7)
        AND (?8 IS NULL OR group_id = ?8) AND (?9 IS NULL OR created_at >= ?9)
        AND (?10 IS NULL OR created_at < ?10)
        AND (?11 IS NULL OR instr(lower(input), ?11) > 0
          OR status = 'completed' AND instr(lower(output), ?11) > 0)
        AND NOT EXISTS (SELECT 1 FROM json_each(?12) AS wanted WHERE NOT EXISTS (
          SELECT 1 FROM json_each(coalesce(metadata, '{}')) AS held
          WHERE held.key = json_extract(wanted.value, '$[0]')
            AND CASE held.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'
              WHEN 'null' THEN 'null' ELSE CAST(held.value AS TEXT) END
              = json_extract(wanted.value, '$[1]')))
      ORDER BY ordinal DESC LIMIT ?13
      """,
      values: values(in: scope, before: place, count: limit + 1, outputMax: outputMax)
        + [.integer(end?.ordinal ?? 0)])
    let runs = Array(found.prefix(limit))
    return Found(runs: runs, next: found.count > limit ? runs.last?.view.runID.text : end?.id)
  }

  private func values(
    in scope: Scope, before place: Int64, count: Int, outputMax: Int
  ) -> [SQLValue] {
    let statuses = query.status.isEmpty ? nil : query.status
    let wanted = metadata.map { WireValue.array([.text($0.name), .text($0.value)]) }
    return [
      .text(scope.organisation), .text(scope.user), .optional(scope.project), .integer(place),
      statuses.map { .json($0) } ?? .null, .optional(query.sessionKey?.text),
      .optional(query.agentID?.text), .optional(query.groupID?.text),
      .optional(query.createdAfter?.milliseconds), .optional(query.createdBefore?.milliseconds),
      .optional(query.q.map { Self.lower($0.text) }), .json(WireValue.array(wanted)),
      .integer(Int64(count)), .integer(Int64(outputMax)),
    ]
  }

  /// The text with the letters of ASCII in lower case, as the store's `lower` gives it.
  private static func lower(_ text: String) -> String {
    String(
      decoding: text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}

/// Where a run stands among all.
private struct RunPlace: Record {
  let id: String
  let ordinal: Int64

  init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    ordinal = try row.integer(1)
  }
}
