internal import Contract
internal import Events
package import Store
internal import Wire

extension Memory {
  /// Letters of a text.
  static let textMax = 20_000

  /// What an event tells of it.
  var told: WireValue {
    [
      "group_id": .text(groupID), "memory_id": .text(id), "type": .text(type.rawValue),
      "role_id": .text(roleID),
    ]
  }

  /// The event by which its group hears of it, where an agent has written it.
  func event(in scope: Scope) -> EventDraft {
    let told = told
    return EventDraft(
      stream: Roster.stream(of: groupID), tenant: scope.organisation, project: scope.project,
      type: RosterEventType.blackboardWritten.rawValue, time: createdAt,
      actor: Party("agent", roleID), subject: Party("group", groupID), correlationID: nil,
      event: { _, _ in told })
  }
}

extension Memory: Record {
  package init(row: borrowing Row) throws(StoreError) {
    self.init(
      id: try row.text(0), type: try row.choice(1), text: try row.text(2),
      metadata: try row.json(3), importance: try row.real(4), roleID: try row.text(5),
      groupID: try row.text(6), createdAt: Timestamp(milliseconds: try row.integer(7)),
      updatedAt: Timestamp(milliseconds: try row.integer(8)))
  }

  func insert(
    in scope: Scope, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO memories (id, type, text, metadata, importance, role_id, group_id, org_id,
        user_id, project_id, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      """, .text(id), .text(type.rawValue), .text(text), .json(metadata), .real(importance),
      .text(roleID), .text(groupID), .text(scope.organisation), .text(scope.user),
      .optional(scope.project), .integer(createdAt.milliseconds),
      .integer(updatedAt.milliseconds))
    try MemoryIndex.put(
      MemoryEntry(
        item: id, piece: 0, type: type, organisation: scope.organisation, user: scope.user,
        project: scope.project, group: groupID, importance: importance, text: text),
      of: .blackboards, in: transaction)
  }

  static func find(
    _ id: String, of group: GroupID, in scope: Scope,
    _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Memory? {
    try reader.first(
      Memory.self,
      """
      SELECT id, type, text, metadata, importance, role_id, group_id, created_at, updated_at
      FROM memories
      WHERE id = ?1 AND group_id = ?2 AND org_id = ?3 AND user_id = ?4 AND project_id IS ?5
      """, .text(id.lowercased()), .text(group.text), .text(scope.organisation),
      .text(scope.user), .optional(scope.project))
  }

  /// The newest memories, of one type where there is one.
  static func newest(
    of group: GroupID, in scope: Scope, type: MemoryType?, most: Int,
    _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [Memory] {
    try reader.all(
      Memory.self,
      """
      SELECT id, type, text, metadata, importance, role_id, group_id, created_at, updated_at
      FROM memories
      WHERE group_id = ?1 AND org_id = ?2 AND user_id = ?3 AND project_id IS ?4
        AND (?5 IS NULL OR type = ?5)
      ORDER BY ordinal DESC LIMIT ?6
      """, .text(group.text), .text(scope.organisation), .text(scope.user),
      .optional(scope.project), .optional(type?.rawValue), .integer(Int64(most)))
  }
}
