package import Store

/// The schema of servers of tools.
package enum ToolServerMigrations {
  /// The steps, in their order.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(17, "tool servers: where they are, what they are told, and what they offer",
      """
      CREATE TABLE tool_servers (
        ordinal INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, org_id TEXT, command TEXT, url TEXT,
        variables TEXT NOT NULL, secrets BLOB, tools TEXT NOT NULL DEFAULT '[]',
        revision INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT
      """,
      "CREATE INDEX skills_by_server ON skills (entry_path) WHERE provider = 'mcp'"),
  ]
}
