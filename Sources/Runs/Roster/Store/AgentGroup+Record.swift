internal import Contract
package import Store
internal import Wire

extension AgentGroup: RosterEntry {
  typealias ID = GroupID

  package init(row: borrowing Row) throws(StoreError) {
    self.init(
      id: try row.text(0), orgID: try row.optionalText(1), projectID: try row.optionalText(2),
      name: try row.text(3), description: try row.text(4),
      createdAt: Timestamp(milliseconds: try row.integer(5)),
      updatedAt: Timestamp(milliseconds: try row.integer(6)))
  }

  static let row = RosterRow(
    noun: "group", field: "group_id", most: 1000, event: .groupCreated,
    find: """
      SELECT id, org_id, project_id, name, description, created_at, updated_at
      FROM groups WHERE id = ?1 AND (org_id IS NULL OR org_id = ?2)
      """,
    list: """
      SELECT id, org_id, project_id, name, description, created_at, updated_at
      FROM groups WHERE (org_id IS NULL OR org_id = ?1)
        AND (?3 IS NULL OR project_id = ?3)
      ORDER BY ordinal LIMIT ?2
      """,
    count: "SELECT count(*) FROM groups WHERE org_id IS ?1")

  func insert(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO groups (id, org_id, project_id, name, description, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """, .text(id), .optional(orgID), .optional(projectID), .text(name), .text(description),
      .integer(createdAt.milliseconds), .integer(updatedAt.milliseconds))
  }
}

extension AgentGroup {
  /// The groups that a run of a scope may give a task to: those with members, of its own project or
  /// of none.
  static func all(
    visibleTo scope: Scope, limit: Int, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [AgentGroup] {
    try reader.all(
      AgentGroup.self,
      """
      SELECT id, org_id, project_id, name, description, created_at, updated_at
      FROM groups WHERE (org_id IS NULL OR org_id = ?1) AND (project_id IS NULL OR project_id = ?2)
        AND EXISTS (SELECT 1 FROM group_members WHERE group_id = groups.id)
      ORDER BY ordinal LIMIT ?3
      """, .text(scope.organisation), .optional(scope.project), .integer(Int64(limit)))
  }
}

extension GroupMember: Record {
  package init(row: borrowing Row) throws(StoreError) {
    self.init(
      id: try row.text(0), groupID: try row.text(1), roleID: try row.text(2),
      agentInstanceID: try row.text(3), ordinal: try row.integer(4),
      createdAt: Timestamp(milliseconds: try row.integer(5)))
  }

  func insert(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO group_members (id, group_id, role_id, agent_instance_id, ordinal, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      """, .text(id), .text(groupID), .text(roleID), .text(agentInstanceID), .integer(ordinal),
      .integer(createdAt.milliseconds))
  }

  /// The members in the order in which they work.
  static func all(
    of group: GroupID, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [GroupMember] {
    try reader.all(
      GroupMember.self,
      """
      SELECT id, group_id, role_id, agent_instance_id, ordinal, created_at
      FROM group_members WHERE group_id = ?1 ORDER BY ordinal, created_at, id LIMIT ?2
      """, .text(group.text), .integer(Int64(RosterLimits.membersMax)))
  }

  static func isMember(
    _ role: RoleID, of group: GroupID, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Bool {
    try reader.first(
      Int64.self, "SELECT 1 FROM group_members WHERE group_id = ?1 AND role_id = ?2",
      .text(group.text), .text(role.text)) != nil
  }
}
