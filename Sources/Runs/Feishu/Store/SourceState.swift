internal import Store
internal import Wire

/// What a connector has read of a source.
struct SourceState: Record, Hashable, Sendable {
  let revision: String
  let contentHash: String

  init(revision: String, contentHash: String) {
    self.revision = revision
    self.contentHash = contentHash
  }

  init(row: borrowing Row) throws(StoreError) {
    revision = try row.text(0)
    contentHash = try row.text(1)
  }

  static func find(
    _ key: String, of connector: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> SourceState? {
    try reader.first(
      SourceState.self,
      """
      SELECT revision, content_hash FROM feishu_source_state
      WHERE connector_id = ?1 AND source_key = ?2
      """, .text(connector), .text(key))
  }

  func save(
    _ key: String, of connector: String, memory: String, at now: Timestamp,
    in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO feishu_source_state (connector_id, source_key, revision, content_hash, memory_id,
        synced_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT (connector_id, source_key) DO UPDATE SET revision = excluded.revision,
        content_hash = excluded.content_hash, memory_id = excluded.memory_id,
        synced_at = excluded.synced_at
      """, .text(connector), .text(key), .text(revision), .text(contentHash), .text(memory),
      .integer(now.milliseconds))
  }

  /// Forgets what a connector has read, so that all of it is read anew.
  static func forget(
    of connector: String, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      "DELETE FROM feishu_source_state WHERE connector_id = ?1", .text(connector))
  }
}
