/// A table of what agents remember, which the index of memories covers.
struct MemorySource: Sendable {
  /// What the index calls it; never given twice.
  let name: String
  /// Reads the text of a piece, and the role that wrote it if one did: the memory's id, the piece's
  /// number from 0.
  let text: StaticString
  /// The pieces that the index does not have, each with its place in the table: the place behind
  /// which it begins, the most rows.
  let missing: StaticString

  /// What stands on blackboards.
  static let blackboards = MemorySource(
    name: "memories",
    text: "SELECT text, role_id FROM memories WHERE id = ?1 AND ?2 = 0",
    missing: """
      SELECT ordinal, id, 0, type, org_id, user_id, project_id, group_id, importance, text
      FROM memories WHERE ordinal > ?1 AND NOT EXISTS (
        SELECT 1 FROM memory_entries WHERE source = 'memories' AND item = memories.id)
      ORDER BY ordinal LIMIT ?2
      """)

  /// Every table that is searched.
  static let all = [blackboards]
}
