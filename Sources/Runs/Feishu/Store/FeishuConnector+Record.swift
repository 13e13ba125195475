internal import Contract
package import Store
internal import Wire

/// The project whose connectors are meant; whoever acts in it sees all of them.
struct FeishuPlace: Hashable, Sendable {
  let organisation: String
  let project: String
}

extension FeishuConnector {
  /// The most of one project.
  static let most = 100

  var place: FeishuPlace { FeishuPlace(organisation: orgID, project: projectID) }

  static func notFound(_ id: ConnectorID) -> Fault {
    Fault(
      .notFound, "there is no connector \(id.text)",
      details: [Fault.Detail("field", "connector_id")])
  }
}

extension FeishuConnector: Record {
  package init(row: borrowing Row) throws(StoreError) {
    self.init(
      id: try row.text(0), orgID: try row.text(1), projectID: try row.text(2),
      name: try row.text(3), status: try row.choice(4), config: try row.json(5),
      createdBy: try row.text(6), lastSyncAt: try row.optionalTime(7),
      lastSuccessAt: try row.optionalTime(8), lastError: try row.optionalText(9),
      lastPolledAt: try row.optionalTime(10),
      createdAt: Timestamp(milliseconds: try row.integer(11)),
      updatedAt: Timestamp(milliseconds: try row.integer(12)))
  }

  func insert(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO feishu_connectors (id, org_id, project_id, name, status, config, created_by,
        created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """, .text(id), .text(orgID), .text(projectID), .text(name), .text(status.rawValue),
      .json(config), .text(createdBy), .integer(createdAt.milliseconds),
      .integer(updatedAt.milliseconds))
  }

  /// Writes what people may change.
  func update(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE feishu_connectors SET name = ?2, status = ?3, config = ?4, updated_at = ?5
      WHERE id = ?1
      """, .text(id), .text(name), .text(status.rawValue), .json(config),
      .integer(updatedAt.milliseconds))
  }

  /// The connector of a place, or of any where none is said.
  static func find(
    _ id: ConnectorID, in place: FeishuPlace?, _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> FeishuConnector? {
    try reader.first(
      FeishuConnector.self,
      """
      SELECT id, org_id, project_id, name, status, config, created_by, last_sync_at,
        last_success_at, last_error, last_polled_at, created_at, updated_at
      FROM feishu_connectors
      WHERE id = ?1 AND (?2 IS NULL OR org_id = ?2 AND project_id = ?3)
      """, .text(id.text), .optional(place?.organisation), .optional(place?.project))
  }

  static func all(
    in place: FeishuPlace, _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [FeishuConnector] {
    try reader.all(
      FeishuConnector.self,
      """
      SELECT id, org_id, project_id, name, status, config, created_by, last_sync_at,
        last_success_at, last_error, last_polled_at, created_at, updated_at
      FROM feishu_connectors WHERE org_id = ?1 AND project_id = ?2 ORDER BY ordinal LIMIT ?3
      """, .text(place.organisation), .text(place.project), .integer(Int64(most)))
  }

  static func count(
    in place: FeishuPlace, _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Int64? {
    try reader.first(
      Int64.self,
      "SELECT count(*) FROM feishu_connectors WHERE org_id = ?1 AND project_id = ?2",
      .text(place.organisation), .text(place.project))
  }

  /// Active connectors that were not looked at for as long as they say; one that was looked at in
  /// the future, because the clock was set back, is due as well.
  static func due(
    at now: Timestamp, limit: Int, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [FeishuConnector] {
    try reader.all(
      FeishuConnector.self,
      """
      SELECT id, org_id, project_id, name, status, config, created_by, last_sync_at,
        last_success_at, last_error, last_polled_at, created_at, updated_at
      FROM feishu_connectors
      WHERE status = 'active' AND (last_polled_at IS NULL OR last_polled_at > ?1
        OR last_polled_at + 1000 * json_extract(config, '$.poll_interval_seconds') <= ?1)
      ORDER BY last_polled_at LIMIT ?2
      """, .integer(now.milliseconds), .integer(Int64(limit)))
  }

  func notePoll(at now: Timestamp, in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      "UPDATE feishu_connectors SET last_polled_at = ?2 WHERE id = ?1", .text(id),
      .integer(now.milliseconds))
  }

  /// Mirrors the end of a job.
  static func noteEnd(
    of job: FeishuJob, error: String?, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE feishu_connectors SET last_sync_at = ?2, last_error = ?3,
        last_success_at = CASE WHEN ?3 IS NULL THEN ?2 ELSE last_success_at END
      WHERE id = ?1
      """, .text(job.connectorID), .integer(now.milliseconds), .optional(error))
  }
}

extension Row {
  borrowing func optionalTime(_ column: Int) throws(StoreError) -> Timestamp? {
    try optionalInteger(column).map { Timestamp(milliseconds: $0) }
  }
}
