internal import Contract
internal import Store

/// The index by which memories are found: what is written in a transaction is found after it.
enum MemoryIndex {
  /// Pieces that are added in one transaction when a table is caught up with.
  private static let caughtUpMax = 100

  /// Adds a piece, unless it is there.
  static func put(
    _ entry: MemoryEntry, of source: MemorySource, in transaction: borrowing Transaction
  ) throws(StoreError) {
    let number = try transaction.first(
      Int64.self,
      """
      INSERT INTO memory_entries
        (source, item, piece, type, org_id, user_id, project_id, group_id, importance)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      ON CONFLICT (source, item, piece) DO NOTHING RETURNING entry
      """, .text(source.name), .text(entry.item), .integer(entry.piece),
      .text(entry.type.rawValue), .text(entry.organisation), .optional(entry.user),
      .optional(entry.project), .optional(entry.group), .real(entry.importance))
    guard let number else { return }
    try transaction.execute(
      "INSERT INTO memory_terms (rowid, scope, terms) VALUES (?1, ?2, ?3)", .integer(number),
      .text(MemoryTerms.scope(entry.organisation)), .text(MemoryTerms.indexed(entry.text)))
    try MemoryVectors.want(number, in: transaction)
  }

  /// Forgets all pieces of a memory.
  static func remove(
    _ item: String, of source: MemorySource, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try MemoryVectors.remove(item, of: source, in: transaction)
    try transaction.execute(
      """
      DELETE FROM memory_terms WHERE rowid IN (
        SELECT entry FROM memory_entries WHERE source = ?1 AND item = ?2)
      """, .text(source.name), .text(item))
    try transaction.execute(
      "DELETE FROM memory_entries WHERE source = ?1 AND item = ?2", .text(source.name),
      .text(item))
  }

  /// Adds what a table has behind a place and the index has not; the place where it goes on, nil at
  /// the end.
  static func catchUp(
    with source: MemorySource, after place: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int64? {
    let missing = try transaction.all(
      MissingEntry.self, source.missing, .integer(place), .integer(Int64(caughtUpMax)))
    for each in missing { try put(each.entry, of: source, in: transaction) }
    return missing.count < caughtUpMax ? nil : missing.last?.place
  }

  /// The pieces of a layer that an expression finds, the best first.
  static func find(
    _ expression: String, _ layer: MemoryLayer, for scope: Scope, group: GroupID?, most: Int,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [MemoryHit] {
    try reader.all(
      MemoryHit.self,
      """
      SELECT source, item, piece, type, importance, entry, bm25(memory_terms, 0.0, 1.0)
      FROM memory_terms CROSS JOIN memory_entries ON entry = memory_terms.rowid
      WHERE memory_terms MATCH ?1 AND org_id = ?2 AND (user_id IS NULL OR user_id = ?3)
        AND project_id IS ?4 AND (?5 IS NULL OR type = ?5)
        AND CASE WHEN ?6 THEN group_id = ?7 ELSE ?7 IS NULL OR group_id IS NOT ?7 END
      ORDER BY 7, importance DESC, entry DESC LIMIT ?8
      """, .text(expression), .text(scope.organisation), .text(scope.user),
      .optional(scope.project), .optional(layer.type?.rawValue), .integer(layer.isOwn ? 1 : 0),
      .optional(group?.text), .integer(Int64(most)))
  }

  /// The text of a hit; nil when it is gone.
  static func text(
    of hit: MemoryHit, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> MemoryHit.Text? {
    guard let source = MemorySource.all.first(where: { $0.name == hit.source }) else { return nil }
    return try reader.first(
      MemoryHit.Text.self, source.text, .text(hit.item), .integer(hit.piece))
  }
}

/// A piece of what is remembered that a question has found.
struct MemoryHit: Record, Hashable {
  let source: String
  let item: String
  let piece: Int64
  let type: MemoryType
  let importance: Double
  /// Its number in the index.
  let entry: Int64
  /// How well its words fit the question: the farther below zero, the better.
  let rank: Double

  /// What it says, and the role that wrote it if one did.
  struct Text: Record {
    let text: String
    let role: String?

    init(row: borrowing Row) throws(StoreError) {
      text = try row.text(0)
      role = try row.optionalText(1)
    }
  }

  init(row: borrowing Row) throws(StoreError) {
    source = try row.text(0)
    item = try row.text(1)
    piece = try row.integer(2)
    type = try row.choice(3)
    importance = try row.real(4)
    entry = try row.integer(5)
    rank = try row.real(6)
  }
}
