package import Store

/// The schema of runs.
package enum RunMigrations {
  /// The steps, in their order.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(4, "runs: runs, their queue and their checkpoints",
      """
      CREATE TABLE runs (
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL,
        user_id TEXT NOT NULL, project_id TEXT, session_key TEXT NOT NULL, input TEXT NOT NULL,
        status TEXT NOT NULL, phase TEXT, agent_id TEXT NOT NULL, group_id TEXT, parent_run_id TEXT,
        llm_config TEXT, output TEXT, error TEXT, usage TEXT, metadata TEXT,
        timeout_ms INTEGER NOT NULL, event_count INTEGER NOT NULL DEFAULT 0,
        tool_call_count INTEGER NOT NULL DEFAULT 0, cancel_requested_at INTEGER, cancel_reason TEXT,
        lease_owner TEXT, lease_expires_at INTEGER, created_at INTEGER NOT NULL, started_at INTEGER,
        ended_at INTEGER
      ) STRICT
      """,
      "CREATE INDEX runs_by_session ON runs (org_id, user_id, session_key, ordinal)",
      "CREATE INDEX runs_pending ON runs (ordinal) WHERE status = 'pending'",
      "CREATE INDEX runs_running ON runs (lease_expires_at) WHERE status = 'running'",
      "CREATE TABLE run_counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID",
      "INSERT INTO run_counts (name, value) VALUES ('pending', 0), ('running', 0)",
      """
      CREATE TABLE checkpoints (
        run_id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, step_id TEXT NOT NULL, state TEXT NOT NULL,
        unfinished_call TEXT
      ) STRICT, WITHOUT ROWID
      """),
    Migration(5, "runs: who wished to cancel, and the runs that hold up others of their session",
      "ALTER TABLE runs ADD COLUMN cancel_by TEXT",
      """
      CREATE INDEX runs_unfinished ON runs (org_id, user_id, session_key, ordinal)
      WHERE status IN ('pending', 'running')
      """),
  ]

  /// The steps that came when other parts had theirs.
  // swift-format-ignore
  package static let later: [Migration] = [
    Migration(12, "runs: those of a caller, newest first",
      "CREATE INDEX runs_by_scope ON runs (org_id, user_id, ordinal)"),
  ]
}
