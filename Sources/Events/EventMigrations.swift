package import Store

/// The schema of the log and of the answers that are kept for repeated requests.
package enum EventMigrations {
  /// Rows of the program's one list of migrations.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(1, "events: the log, its streams and its epoch",
      """
      CREATE TABLE event_streams (
        stream TEXT PRIMARY KEY, head INTEGER NOT NULL, hash BLOB NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE event_log (
        seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, stream_seq INTEGER NOT NULL,
        tenant_id TEXT NOT NULL, project_id TEXT, channel TEXT, topic TEXT, type TEXT NOT NULL,
        ts INTEGER NOT NULL, actor_kind TEXT NOT NULL, actor_id TEXT NOT NULL,
        subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, payload TEXT NOT NULL,
        privacy TEXT NOT NULL, correlation_id TEXT, causation_seq INTEGER,
        prev_hash BLOB NOT NULL, hash BLOB NOT NULL, UNIQUE (stream, stream_seq)
      ) STRICT
      """,
      "CREATE TABLE log_epoch (id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL) STRICT"),
    Migration(2, "events: answers kept under idempotency keys",
      """
      CREATE TABLE kept_answers (
        key TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, is_refusal INTEGER NOT NULL,
        outcome TEXT NOT NULL, expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX kept_answers_by_end ON kept_answers (expires_at)"),
  ]
}
