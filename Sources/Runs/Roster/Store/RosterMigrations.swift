package import Store

/// The schema of the roster.
package enum RosterMigrations {
  /// The steps, in their order.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(10, "roster: roles, groups and their members, skills, and blackboards",
      """
      CREATE TABLE roles (
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org_id TEXT, name TEXT NOT NULL,
        description TEXT NOT NULL, system_prompt TEXT NOT NULL, allowed_tools TEXT NOT NULL,
        denied_tools TEXT NOT NULL, style_constraints TEXT NOT NULL, is_lead INTEGER NOT NULL,
        created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
      ) STRICT
      """,
      "CREATE INDEX roles_by_org ON roles (org_id)",
      """
      CREATE TABLE groups (
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org_id TEXT, project_id TEXT,
        name TEXT NOT NULL, description TEXT NOT NULL, created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT
      """,
      "CREATE INDEX groups_by_org ON groups (org_id)",
      """
      CREATE TABLE group_members (
        id TEXT PRIMARY KEY, group_id TEXT NOT NULL, role_id TEXT NOT NULL,
        agent_instance_id TEXT NOT NULL, ordinal INTEGER NOT NULL, created_at INTEGER NOT NULL,
        UNIQUE (group_id, role_id)
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE skills (
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org_id TEXT, name TEXT NOT NULL,
        description TEXT NOT NULL, tools TEXT NOT NULL, risk_level TEXT NOT NULL,
        provider TEXT NOT NULL, allow_implicit_invocation INTEGER NOT NULL, entry_path TEXT,
        source_type TEXT, dependencies TEXT, health_status TEXT NOT NULL,
        created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
      ) STRICT
      """,
      "CREATE UNIQUE INDEX skills_by_name ON skills (org_id, name)",
      """
      CREATE TABLE skill_tools (
        name TEXT NOT NULL, skill_id TEXT NOT NULL, PRIMARY KEY (name, skill_id)
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX skill_tools_by_skill ON skill_tools (skill_id)",
      """
      CREATE TABLE memories (
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, text TEXT NOT NULL,
        metadata TEXT NOT NULL, importance REAL NOT NULL, role_id TEXT NOT NULL,
        group_id TEXT NOT NULL, org_id TEXT NOT NULL, user_id TEXT NOT NULL, project_id TEXT,
        created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
      ) STRICT
      """,
      "CREATE INDEX memories_by_group ON memories (group_id, org_id, user_id, ordinal)"),
  ]

  /// The steps that came when other parts had theirs.
  // swift-format-ignore
  package static let later: [Migration] = [
    Migration(15, "roster: the index of memories",
      """
      CREATE TABLE memory_entries (
        entry INTEGER PRIMARY KEY, source TEXT NOT NULL, item TEXT NOT NULL, piece INTEGER NOT NULL,
        type TEXT NOT NULL, org_id TEXT NOT NULL, user_id TEXT, project_id TEXT, group_id TEXT,
        importance REAL NOT NULL, UNIQUE (source, item, piece)
      ) STRICT
      """,
      """
      CREATE VIRTUAL TABLE memory_terms USING fts5(
        scope, terms, tokenize = 'unicode61 remove_diacritics 2')
      """),
  ]
}
