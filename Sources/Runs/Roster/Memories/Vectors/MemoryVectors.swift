internal import Contract
internal import Models
internal import Store

/// The vectors of memories, and which are still to be made.
///
/// What is to be made is written with the memory in one transaction, so that no crash loses it; who
/// makes it has a lease, and nobody waits for it.
enum MemoryVectors {
  /// A piece of what is remembered whose vector is to be made.
  struct Work: Sendable {
    let entry: Int64
    /// How often it was begun: whoever has it under another number has lost it.
    let attempt: Int64
    let organisation: String
    let text: String
  }

  /// How long whoever took work may take.
  static let lease: Duration = .seconds(120)

  /// Has a vector made of a new piece, where a provider makes any.
  static func want(_ entry: Int64, in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO memory_vector_work (entry, due_at)
      SELECT ?1, 0 WHERE EXISTS (SELECT 1 FROM providers WHERE embedding_model IS NOT NULL)
      ON CONFLICT (entry) DO UPDATE SET due_at = 0
      """, .integer(entry))
  }

  /// Forgets the vectors of all pieces of a memory.
  static func remove(
    _ item: String, of source: MemorySource, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      DELETE FROM memory_vectors WHERE entry IN (
        SELECT entry FROM memory_entries WHERE source = ?1 AND item = ?2)
      """, .text(source.name), .text(item))
    try transaction.execute(
      """
      DELETE FROM memory_vector_work WHERE entry IN (
        SELECT entry FROM memory_entries WHERE source = ?1 AND item = ?2)
      """, .text(source.name), .text(item))
  }

  /// Has all work that was begun begun anew: whoever had it is gone.
  static func freeAll(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute("UPDATE memory_vector_work SET due_at = 1 WHERE due_at > 1")
  }

  /// Pieces that are looked at in one transaction when vectors of a model are wanted.
  private static let lookedAtMax: Int64 = 1000

  /// Has vectors made of the pieces before a place that have none of the model, or one of another
  /// dimension than the newest; the place where it goes on, nil at the end.
  static func wantAll(
    of model: String, before place: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int64? {
    let dimension = try transaction.first(
      Int64.self,
      """
      SELECT dimension FROM memory_vectors WHERE model = ?1 AND dimension > 0
      ORDER BY entry DESC LIMIT 1
      """, .text(model))
    let first = try transaction.first(
      Int64.self,
      """
      SELECT entry FROM (
        SELECT entry FROM memory_entries WHERE entry < ?1 ORDER BY entry DESC LIMIT ?2)
      ORDER BY entry LIMIT 1
      """, .integer(place), .integer(lookedAtMax))
    guard let first else { return nil }
    try transaction.execute(
      """
      INSERT INTO memory_vector_work (entry, due_at)
      SELECT entry, 1 FROM memory_entries WHERE entry >= ?1 AND entry < ?2 AND NOT EXISTS (
        SELECT 1 FROM memory_vectors AS vector
        WHERE vector.entry = memory_entries.entry AND model = ?3
          AND (?4 IS NULL OR dimension IN (0, ?4)))
      ON CONFLICT (entry) DO NOTHING
      """, .integer(first), .integer(place), .text(model), .optional(dimension))
    return first
  }

  /// Whether there is work that nobody has.
  static func isAnyWanted(
    at now: Int64, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Bool {
    try reader.first(
      Int64.self, "SELECT 1 FROM memory_vector_work WHERE due_at <= ?1 LIMIT 1", .integer(now))
      != nil
  }

  /// Takes some work, new memories first and then the newest; nobody else has it for a while.
  static func take(
    most: Int, at now: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> [Work] {
    let taken = try transaction.all(
      Taken.self,
      """
      UPDATE memory_vector_work SET attempts = attempts + 1, due_at = ?2
      WHERE entry IN (
        SELECT entry FROM memory_vector_work WHERE due_at <= ?1
        ORDER BY due_at, entry DESC LIMIT ?3)
      RETURNING entry, attempts
      """, .integer(now), .integer(now + lease.milliseconds), .integer(Int64(most)))
    var work: [Work] = []
    for each in taken {
      guard let found = try piece(of: each.entry, in: transaction) else {
        try end(each.entry, each.attempt, in: transaction)
        continue
      }
      work.append(
        Work(
          entry: each.entry, attempt: each.attempt, organisation: found.organisation,
          text: found.text))
    }
    return work
  }

  private static func piece(
    of entry: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> (organisation: String, text: String)? {
    let owner = try transaction.first(
      EntryOwner.self,
      """
      SELECT source, item, piece, type, importance, entry, 0.0, org_id FROM memory_entries
      WHERE entry = ?1
      """, .integer(entry))
    guard let owner, let found = try MemoryIndex.text(of: owner.hit, in: transaction) else {
      return nil
    }
    return (owner.organisation, found.text)
  }

  /// Keeps a vector, where the work is still whose it was and the text is what it was; nil is kept
  /// as well, for a text of which no vector can be made.
  static func keep(
    _ vector: EmbeddingVector?, of model: String, for work: Work,
    in transaction: borrowing Transaction
  ) throws(StoreError) {
    guard try end(work.entry, work.attempt, in: transaction) else { return }
    guard let found = try piece(of: work.entry, in: transaction) else { return }
    guard found.text == work.text else { return try want(work.entry, in: transaction) }
    try transaction.execute(
      """
      INSERT INTO memory_vectors (entry, org_id, model, dimension, vector)
      VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (entry) DO UPDATE SET org_id = excluded.org_id, model = excluded.model,
        dimension = excluded.dimension, vector = excluded.vector
      """, .integer(work.entry), .text(work.organisation), .text(model),
      .integer(Int64(vector?.values.count ?? 0)), .blob(vector?.bytes ?? []))
  }

  /// Gives work back, for whoever comes next.
  static func giveBack(
    _ work: Work, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      "UPDATE memory_vector_work SET due_at = 1 WHERE entry = ?1 AND attempts = ?2",
      .integer(work.entry), .integer(work.attempt))
  }

  /// Ends work; false when somebody else has it, or nobody any more.
  @discardableResult
  private static func end(
    _ entry: Int64, _ attempt: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    try transaction.execute(
      "DELETE FROM memory_vector_work WHERE entry = ?1 AND attempts = ?2", .integer(entry),
      .integer(attempt)) == 1
  }
}

/// Work as it was taken.
private struct Taken: Record {
  let entry: Int64
  let attempt: Int64

  init(row: borrowing Row) throws(StoreError) {
    entry = try row.integer(0)
    attempt = try row.integer(1)
  }
}

/// A piece, and whose it is.
private struct EntryOwner: Record {
  let hit: MemoryHit
  let organisation: String

  init(row: borrowing Row) throws(StoreError) {
    hit = try MemoryHit(row: row)
    organisation = try row.text(7)
  }
}
