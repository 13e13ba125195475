package import Store
internal import Wire

extension FeishuJob: Record {
  /// Jobs of one connector that are kept; older ones are forgotten.
  static let keptMax = 200

  package init(row: borrowing Row) throws(StoreError) {
    self.init(
      id: try row.text(0), orgID: try row.text(1), projectID: try row.text(2),
      connectorID: try row.text(3), trigger: try row.choice(4), status: try row.choice(5),
      startedAt: try row.optionalTime(6), endedAt: try row.optionalTime(7),
      stats: try row.json(8), errorMessage: try row.optionalText(9),
      createdAt: Timestamp(milliseconds: try row.integer(10)),
      updatedAt: Timestamp(milliseconds: try row.integer(11)))
  }

  /// Writes a job that is to be done, and forgets the oldest of its connector.
  func insert(
    startedBy caller: String, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO feishu_sync_jobs (id, org_id, project_id, connector_id, trigger, status,
        started_by, stats, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      """, .text(id), .text(orgID), .text(projectID), .text(connectorID),
      .text(trigger.rawValue), .text(status.rawValue), .text(caller), .json(stats),
      .integer(createdAt.milliseconds), .integer(updatedAt.milliseconds))
    try transaction.execute(
      """
      DELETE FROM feishu_sync_jobs WHERE connector_id = ?1 AND ordinal <= (
        SELECT ordinal FROM feishu_sync_jobs WHERE connector_id = ?1
        ORDER BY ordinal DESC LIMIT 1 OFFSET ?2)
      """, .text(connectorID), .integer(Int64(Self.keptMax)))
  }

  static func find(
    _ id: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> FeishuJob? {
    try reader.first(
      FeishuJob.self,
      """
      SELECT id, org_id, project_id, connector_id, trigger, status, started_at, ended_at, stats,
        error_message, created_at, updated_at
      FROM feishu_sync_jobs WHERE id = ?1
      """, .text(id))
  }

  /// The job of a connector that has not ended; there is one at most.
  static func open(
    of connector: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> FeishuJob? {
    try reader.first(
      FeishuJob.self,
      """
      SELECT id, org_id, project_id, connector_id, trigger, status, started_at, ended_at, stats,
        error_message, created_at, updated_at
      FROM feishu_sync_jobs WHERE connector_id = ?1 AND status IN ('pending', 'running')
      """, .text(connector))
  }

  static func newest(
    of connector: ConnectorID, most: Int, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [FeishuJob] {
    try reader.all(
      FeishuJob.self,
      """
      SELECT id, org_id, project_id, connector_id, trigger, status, started_at, ended_at, stats,
        error_message, created_at, updated_at
      FROM feishu_sync_jobs WHERE connector_id = ?1 ORDER BY ordinal DESC LIMIT ?2
      """, .text(connector.text), .integer(Int64(most)))
  }

  /// The oldest job of a status that has not ended.
  static func oldest(
    _ status: FeishuJobStatus, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> FeishuJob? {
    try reader.first(
      FeishuJob.self,
      """
      SELECT id, org_id, project_id, connector_id, trigger, status, started_at, ended_at, stats,
        error_message, created_at, updated_at
      FROM feishu_sync_jobs INDEXED BY feishu_sync_jobs_by_status
      WHERE status = ?1 AND status IN ('pending', 'running') ORDER BY ordinal LIMIT 1
      """, .text(status.rawValue))
  }

  /// Who asked for the job.
  func starter(in reader: borrowing some Querying & ~Copyable) throws(StoreError) -> String? {
    try reader.first(
      String.self, "SELECT started_by FROM feishu_sync_jobs WHERE id = ?1", .text(id))
  }

  /// Writes that the job is being done; false when it is not to be done any more.
  func begin(at now: Timestamp, in transaction: borrowing Transaction) throws(StoreError) -> Bool {
    try transaction.execute(
      """
      UPDATE feishu_sync_jobs SET status = 'running', started_at = ?2, updated_at = ?2
      WHERE id = ?1 AND status = 'pending'
      """, .text(id), .integer(now.milliseconds)) == 1
  }

  /// Writes how far the job has come; false when it is not being done any more.
  func note(
    _ stats: FeishuStats, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    try transaction.execute(
      """
      UPDATE feishu_sync_jobs SET stats = ?2, updated_at = ?3 WHERE id = ?1 AND status = 'running'
      """, .text(id), .json(stats), .integer(now.milliseconds)) == 1
  }

  /// Writes the job's end, a failure where there is an error; false when it had ended.
  func end(
    _ stats: FeishuStats, error: String?, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    let status: FeishuJobStatus = error == nil ? .completed : .failed
    return try transaction.execute(
      """
      UPDATE feishu_sync_jobs SET status = ?2, stats = ?3, error_message = ?4, ended_at = ?5,
        updated_at = ?5
      WHERE id = ?1 AND status = 'running'
      """, .text(id), .text(status.rawValue), .json(stats), .optional(error),
      .integer(now.milliseconds)) == 1
  }
}
