package import Store
internal import Wire

extension Skill: RosterEntry {
  typealias ID = SkillID

  package init(row: borrowing Row) throws(StoreError) {
    self.init(
      id: try row.text(0), orgID: try row.optionalText(1), name: try row.text(2),
      description: try row.text(3), tools: try row.json(4), riskLevel: try row.choice(5),
      provider: try row.choice(6), allowImplicitInvocation: try row.integer(7) == 1,
      entryPath: try row.optionalText(8), sourceType: try row.optionalChoice(9),
      dependencies: try row.optionalJSON(10), healthStatus: try row.choice(11),
      createdAt: Timestamp(milliseconds: try row.integer(12)),
      updatedAt: Timestamp(milliseconds: try row.integer(13)))
  }

  static let row = RosterRow(
    noun: "skill", field: "skill_id", most: 200, event: .skillRegistered,
    find: """
      SELECT id, org_id, name, description, tools, risk_level, provider,
        allow_implicit_invocation, entry_path, source_type, dependencies, health_status,
        created_at, updated_at
      FROM skills WHERE id = ?1 AND (org_id IS NULL OR org_id = ?2)
      """,
    list: """
      SELECT id, org_id, name, description, tools, risk_level, provider,
        allow_implicit_invocation, entry_path, source_type, dependencies, health_status,
        created_at, updated_at
      FROM skills WHERE (org_id IS NULL OR org_id = ?1) ORDER BY ordinal LIMIT ?2
      """,
    count: "SELECT count(*) FROM skills WHERE org_id IS ?1")

  func insert(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO skills (id, org_id, name, description, tools, risk_level, provider,
        allow_implicit_invocation, entry_path, source_type, dependencies, health_status,
        created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
      """, .text(id), .optional(orgID), .text(name), .text(description), .json(tools),
      .text(riskLevel.rawValue), .text(provider.rawValue),
      .integer(allowImplicitInvocation ? 1 : 0), .optional(entryPath),
      .optional(sourceType?.rawValue), dependencies.map { .json($0) } ?? .null,
      .text(healthStatus.rawValue), .integer(createdAt.milliseconds),
      .integer(updatedAt.milliseconds))
    for tool in tools {
      try transaction.execute(
        "INSERT INTO skill_tools (skill_id, name) VALUES (?1, ?2)", .text(id),
        .text(tool.name.text))
    }
  }

  func remove(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute("DELETE FROM skill_tools WHERE skill_id = ?1", .text(id))
    try transaction.execute("DELETE FROM skills WHERE id = ?1", .text(id))
  }

  /// The skill that brings a tool, of those that are seen beside one of that organisation: what all
  /// share is seen beside every other.
  static func owner(
    of tool: String, besides organisation: String?, in transaction: borrowing Transaction
  ) throws(StoreError) -> String? {
    try transaction.first(
      String.self,
      """
      SELECT skills.id FROM skill_tools JOIN skills ON skills.id = skill_tools.skill_id
      WHERE skill_tools.name = ?1 AND (?2 IS NULL OR org_id IS NULL OR org_id = ?2) LIMIT 1
      """, .text(tool), .optional(organisation))
  }
}

extension ToolOwner: Record {
  init(row: borrowing Row) throws(StoreError) {
    tool = try row.text(0)
    id = try row.text(1)
    risk = try row.choice(2)
  }

  /// The skills that bring these tools, of those that an organisation sees.
  static func all(
    of tools: [String], visibleTo organisation: String,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [ToolOwner] {
    try reader.all(
      ToolOwner.self,
      """
      SELECT skill_tools.name, skills.id, risk_level FROM skill_tools
      JOIN skills ON skills.id = skill_tools.skill_id
      WHERE skill_tools.name IN (SELECT value FROM json_each(?1))
        AND (org_id IS NULL OR org_id = ?2) LIMIT ?3
      """, .json(tools), .text(organisation), .integer(Int64(tools.count)))
  }
}
