package import Store

/// The schema of opaque tokens.
package enum TokenMigrations {
  /// The steps, in their order.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(3, "identity: opaque bearer tokens, stored as hashes",
      """
      CREATE TABLE tokens (
        id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL,
        permissions TEXT NOT NULL, org_id TEXT, user_id TEXT, project_id TEXT,
        created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER
      ) STRICT, WITHOUT ROWID
      """),
  ]
}
