package import Store
internal import Wire

extension AgentRole: RosterEntry {
  typealias ID = RoleID

  package init(row: borrowing Row) throws(StoreError) {
    self.init(
      id: try row.text(0), orgID: try row.optionalText(1), name: try row.text(2),
      description: try row.text(3), systemPrompt: try row.text(4),
      allowedTools: try row.json(5), deniedTools: try row.json(6),
      styleConstraints: try row.json(7), isLead: try row.integer(8) == 1,
      createdAt: Timestamp(milliseconds: try row.integer(9)),
      updatedAt: Timestamp(milliseconds: try row.integer(10)))
  }

  static let row = RosterRow(
    noun: "role", field: "role_id", most: 200, event: .roleCreated,
    find: """
      SELECT id, org_id, name, description, system_prompt, allowed_tools, denied_tools,
        style_constraints, is_lead, created_at, updated_at
      FROM roles WHERE id = ?1 AND (org_id IS NULL OR org_id = ?2)
      """,
    list: """
      SELECT id, org_id, name, description, system_prompt, allowed_tools, denied_tools,
        style_constraints, is_lead, created_at, updated_at
      FROM roles WHERE (org_id IS NULL OR org_id = ?1) ORDER BY ordinal LIMIT ?2
      """,
    count: "SELECT count(*) FROM roles WHERE org_id IS ?1")

  func insert(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO roles (id, org_id, name, description, system_prompt, allowed_tools, denied_tools,
        style_constraints, is_lead, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """, .text(id), .optional(orgID), .text(name), .text(description), .text(systemPrompt),
      .json(allowedTools), .json(deniedTools), .json(styleConstraints), .integer(isLead ? 1 : 0),
      .integer(createdAt.milliseconds), .integer(updatedAt.milliseconds))
  }
}
