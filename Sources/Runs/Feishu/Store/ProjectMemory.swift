internal import Store
internal import Wire

/// What a project remembers of a source, seen by whoever acts in the project.
struct ProjectMemory: Sendable {
  let place: FeishuPlace
  let type: MemoryType
  let text: String
  let metadata: WireValue
  let sourceKey: String
  /// How much it matters beside what agents write: as much as what they say nothing of.
  private static let importance = 0.5

  /// The text in pieces of a size that can be searched and shown.
  let chunks: [String]

  /// Puts it in the place of what was remembered of the source; its id, which stays the same.
  ///
  /// `id` is the id of a memory that is new.
  func save(
    as id: String, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) -> String {
    let kept = try transaction.first(
      String.self,
      """
      INSERT INTO project_memories (id, org_id, project_id, type, text, metadata, source_key,
        created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
      ON CONFLICT (org_id, project_id, source_key) DO UPDATE SET type = excluded.type,
        text = excluded.text, metadata = excluded.metadata, updated_at = excluded.updated_at
      RETURNING id
      """, .text(id), .text(place.organisation), .text(place.project), .text(type.rawValue),
      .text(text), .json(metadata), .text(sourceKey), .integer(now.milliseconds))
    let memory = kept ?? id
    try transaction.execute(
      "DELETE FROM project_memory_chunks WHERE memory_id = ?1", .text(memory))
    try MemoryIndex.remove(memory, of: .projects, in: transaction)
    for (ordinal, chunk) in chunks.enumerated() {
      try transaction.execute(
        "INSERT INTO project_memory_chunks (memory_id, ordinal, text) VALUES (?1, ?2, ?3)",
        .text(memory), .integer(Int64(ordinal)), .text(chunk))
      try MemoryIndex.put(
        MemoryEntry(
          item: memory, piece: Int64(ordinal), type: type, organisation: place.organisation,
          user: nil, project: place.project, group: nil, importance: Self.importance, text: chunk),
        of: .projects, in: transaction)
    }
    return memory
  }
}
