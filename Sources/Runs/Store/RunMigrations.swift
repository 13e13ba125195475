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
    Migration(13, "runs: calls that are waited for, runs that runs start, and what is said to them",
      "ALTER TABLE runs ADD COLUMN approval_mode TEXT NOT NULL DEFAULT 'deny'",
      "ALTER TABLE runs ADD COLUMN delegated TEXT",
      "ALTER TABLE runs ADD COLUMN depth INTEGER NOT NULL DEFAULT 0",
      "ALTER TABLE runs ADD COLUMN parked_at INTEGER",
      "ALTER TABLE runs ADD COLUMN waited_ms INTEGER NOT NULL DEFAULT 0",
      "ALTER TABLE runs ADD COLUMN message_count INTEGER NOT NULL DEFAULT 0",
      "CREATE INDEX runs_by_parent ON runs (parent_run_id, ordinal) WHERE parent_run_id IS NOT NULL",
      """
      CREATE TABLE awaited_calls (
        run_id TEXT NOT NULL, call_id TEXT NOT NULL, ordinal INTEGER NOT NULL, tool TEXT NOT NULL,
        agent_id TEXT NOT NULL, step INTEGER NOT NULL, child_run_id TEXT,
        asked_at INTEGER NOT NULL, outcome TEXT, reason TEXT, PRIMARY KEY (run_id, call_id)
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE INDEX awaited_calls_asked ON awaited_calls (asked_at)
      WHERE outcome IS NULL AND child_run_id IS NULL
      """,
      """
      CREATE UNIQUE INDEX awaited_calls_by_child ON awaited_calls (child_run_id)
      WHERE child_run_id IS NOT NULL
      """,
      """
      CREATE TABLE run_messages (
        run_id TEXT NOT NULL, ordinal INTEGER NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (run_id, ordinal)
      ) STRICT, WITHOUT ROWID
      """),
    Migration(14, "runs: turns of organisations, and what they use",
      "ALTER TABLE runs ADD COLUMN is_ready INTEGER NOT NULL DEFAULT 0",
      """
      UPDATE runs SET is_ready = 1 WHERE status IN ('pending', 'running') AND NOT EXISTS (
        SELECT 1 FROM runs AS earlier WHERE earlier.org_id = runs.org_id
          AND earlier.user_id = runs.user_id AND earlier.session_key = runs.session_key
          AND earlier.ordinal < runs.ordinal AND earlier.status IN ('pending', 'running'))
      """,
      "DROP INDEX runs_pending",
      """
      CREATE INDEX runs_ready ON runs (org_id, ordinal)
      WHERE status = 'pending' AND is_ready = 1
      """,
      """
      CREATE TABLE tenant_queues (
        org_id TEXT PRIMARY KEY, pending INTEGER NOT NULL, running INTEGER NOT NULL,
        turn INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX tenant_queues_by_turn ON tenant_queues (turn)",
      """
      INSERT INTO tenant_queues (org_id, pending, running, turn)
      SELECT org_id, count(*) FILTER (WHERE status = 'pending'),
        count(*) FILTER (WHERE status = 'running'), 0
      FROM runs WHERE status IN ('pending', 'running') GROUP BY org_id
      """,
      """
      CREATE TABLE tenant_usage (
        org_id TEXT NOT NULL, day INTEGER NOT NULL, runs INTEGER NOT NULL, tokens INTEGER NOT NULL,
        PRIMARY KEY (org_id, day)
      ) STRICT, WITHOUT ROWID
      """),
  ]
}
