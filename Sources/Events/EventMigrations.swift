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

  /// The steps that came when other parts had theirs.
  // swift-format-ignore
  package static let later: [Migration] = [
    // A number takes a quarter of a stream's name in the index, and streams that grow at the same
    // time are neighbours there: a commit of many runs changes two fifths fewer pages.
    Migration(22, "events: streams have numbers, by which the log finds them",
      "ALTER TABLE event_streams RENAME TO named_streams",
      """
      CREATE TABLE event_streams (
        id INTEGER PRIMARY KEY, stream TEXT NOT NULL UNIQUE, head INTEGER NOT NULL,
        hash BLOB NOT NULL
      ) STRICT
      """,
      """
      INSERT INTO event_streams (stream, head, hash)
      SELECT stream, head, hash FROM named_streams ORDER BY stream
      """,
      "DROP TABLE named_streams",
      "ALTER TABLE event_log RENAME TO named_log",
      // An event whose stream is not listed has no number: the audit tells of it.
      """
      CREATE TABLE event_log (
        seq INTEGER PRIMARY KEY, stream_id INTEGER, stream TEXT NOT NULL,
        stream_seq INTEGER NOT NULL, tenant_id TEXT NOT NULL, project_id TEXT, channel TEXT,
        topic TEXT, type TEXT NOT NULL, ts INTEGER NOT NULL, actor_kind TEXT NOT NULL,
        actor_id TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL,
        payload TEXT NOT NULL, privacy TEXT NOT NULL, correlation_id TEXT, causation_seq INTEGER,
        prev_hash BLOB NOT NULL, hash BLOB NOT NULL, UNIQUE (stream_id, stream_seq)
      ) STRICT
      """,
      """
      INSERT INTO event_log (seq, stream_id, stream, stream_seq, tenant_id, project_id, channel,
        topic, type, ts, actor_kind, actor_id, subject_kind, subject_id, payload, privacy,
        correlation_id, causation_seq, prev_hash, hash)
      SELECT seq, (SELECT id FROM event_streams WHERE stream = named_log.stream), stream,
        stream_seq, tenant_id, project_id, channel, topic, type, ts, actor_kind, actor_id,
        subject_kind, subject_id, payload, privacy, correlation_id, causation_seq, prev_hash, hash
      FROM named_log ORDER BY seq
      """,
      "DROP TABLE named_log"),
  ]
}
