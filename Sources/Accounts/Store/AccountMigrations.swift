package import Store

/// The schema of accounts.
package enum AccountMigrations {
  /// The steps, in their order.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(7, "accounts: users, their tenants, verifications, mail and rates",
      """
      CREATE TABLE users (
        id TEXT PRIMARY KEY, username TEXT NOT NULL, username_folded TEXT NOT NULL UNIQUE,
        email TEXT NOT NULL, email_folded TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
        avatar_url TEXT, bio TEXT, state TEXT NOT NULL, created_at INTEGER NOT NULL,
        email_confirmed_at INTEGER, last_sign_in_at INTEGER
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE tenants (
        id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, owner_id TEXT,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE memberships (
        tenant_id TEXT NOT NULL, user_id TEXT NOT NULL, roles TEXT NOT NULL,
        created_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, user_id)
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX memberships_of_user ON memberships (user_id, created_at, tenant_id)",
      """
      CREATE TABLE platform_roles (
        user_id TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (user_id, role)
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE verifications (
        id TEXT PRIMARY KEY, email_folded TEXT NOT NULL UNIQUE, email TEXT NOT NULL,
        username TEXT NOT NULL, password_hash TEXT NOT NULL, code_hash BLOB NOT NULL,
        attempts INTEGER NOT NULL, redirect_to TEXT, created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX verifications_by_end ON verifications (expires_at)",
      """
      CREATE TABLE mail_outbox (
        id TEXT PRIMARY KEY, template TEXT NOT NULL, sealed_message BLOB, state TEXT NOT NULL,
        attempts INTEGER NOT NULL, last_error TEXT, created_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL, sent_at INTEGER
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX mail_due ON mail_outbox (due_at, id) WHERE state = 'queued'",
      """
      CREATE TABLE rate_buckets (
        name BLOB PRIMARY KEY, full_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX rate_buckets_by_end ON rate_buckets (full_at)"),
    Migration(8, "accounts: chats with agents",
      """
      CREATE TABLE chat_sessions (
        id TEXT PRIMARY KEY, user_id TEXT NOT NULL, last_run_id TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID
      """),
    Migration(9, "accounts: what is over is found without looking at everything",
      "CREATE INDEX mail_by_age ON mail_outbox (created_at) WHERE state <> 'queued'",
      "CREATE INDEX token_families_by_end ON token_families (idle_expires_at)"),
  ]
}
