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

  /// What projects remember of documents, chunk by chunk.
  static let projects = MemorySource(
    name: "project_memories",
    text: """
      SELECT text, NULL FROM project_memory_chunks WHERE memory_id = ?1 AND ordinal = ?2
      """,
    missing: """
      SELECT chunk.rowid, memory.id, chunk.ordinal, memory.type, memory.org_id, NULL,
        memory.project_id, NULL, 0.5, chunk.text
      FROM project_memory_chunks AS chunk JOIN project_memories AS memory
        ON memory.id = chunk.memory_id
      WHERE chunk.rowid > ?1 AND NOT EXISTS (
        SELECT 1 FROM memory_entries
        WHERE source = 'project_memories' AND item = memory.id AND piece = chunk.ordinal)
      ORDER BY chunk.rowid LIMIT ?2
      """)

  /// Every table that is searched.
  static let all = [blackboards, projects]
}
