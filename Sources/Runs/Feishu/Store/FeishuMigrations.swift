package import Store

/// The schema of connectors to Feishu, and of what projects remember.
package enum FeishuMigrations {
  /// The steps, in their order.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(16, "feishu: connectors, their jobs, what they have read, and what projects remember",
      """
      CREATE TABLE feishu_connectors (
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL,
        project_id TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, config TEXT NOT NULL,
        created_by TEXT NOT NULL, last_sync_at INTEGER, last_success_at INTEGER, last_error TEXT,
        last_polled_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
      ) STRICT
      """,
      "CREATE INDEX feishu_connectors_by_project ON feishu_connectors (org_id, project_id, ordinal)",
      """
      CREATE INDEX feishu_connectors_active ON feishu_connectors (last_polled_at)
      WHERE status = 'active'
      """,
      """
      CREATE TABLE feishu_sync_jobs (
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL,
        project_id TEXT NOT NULL, connector_id TEXT NOT NULL, trigger TEXT NOT NULL,
        status TEXT NOT NULL, started_by TEXT NOT NULL, started_at INTEGER, ended_at INTEGER,
        stats TEXT NOT NULL, error_message TEXT, created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT
      """,
      "CREATE INDEX feishu_sync_jobs_by_connector ON feishu_sync_jobs (connector_id, ordinal)",
      """
      CREATE UNIQUE INDEX feishu_sync_jobs_open ON feishu_sync_jobs (connector_id)
      WHERE status IN ('pending', 'running')
      """,
      """
      CREATE INDEX feishu_sync_jobs_by_status ON feishu_sync_jobs (status, ordinal)
      WHERE status IN ('pending', 'running')
      """,
      """
      CREATE TABLE feishu_source_state (
        connector_id TEXT NOT NULL, source_key TEXT NOT NULL, revision TEXT NOT NULL,
        content_hash TEXT NOT NULL, memory_id TEXT NOT NULL, synced_at INTEGER NOT NULL,
        PRIMARY KEY (connector_id, source_key)
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE project_memories (
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL,
        project_id TEXT NOT NULL, type TEXT NOT NULL, text TEXT NOT NULL, metadata TEXT NOT NULL,
        source_key TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
        UNIQUE (org_id, project_id, source_key)
      ) STRICT
      """,
      """
      CREATE TABLE project_memory_chunks (
        memory_id TEXT NOT NULL, ordinal INTEGER NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (memory_id, ordinal)
      ) STRICT
      """),
  ]
}
