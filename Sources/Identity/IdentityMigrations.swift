package import Store

/// The schema of what callers show: opaque tokens, signing keys and token families.
package enum IdentityMigrations {
  /// The steps, in their order.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(6, "identity: signing keys, and families of refresh tokens",
      """
      CREATE TABLE signing_keys (
        name TEXT PRIMARY KEY, public_key BLOB NOT NULL, sealed_seed BLOB NOT NULL,
        created_at INTEGER NOT NULL, retired_at INTEGER
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE token_families (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject_id TEXT NOT NULL, tenant_id TEXT NOT NULL,
        counter INTEGER NOT NULL, sealed_key BLOB NOT NULL, state TEXT NOT NULL,
        revoke_reason TEXT, created_at INTEGER NOT NULL, last_rotated_at INTEGER NOT NULL,
        idle_expires_at INTEGER NOT NULL, absolute_expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE INDEX token_families_active ON token_families (subject_id, kind, created_at, id)
      WHERE state = 'active'
      """),
  ]
}
