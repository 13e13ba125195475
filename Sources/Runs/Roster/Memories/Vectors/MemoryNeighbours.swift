internal import Contract
internal import Models
internal import Store

/// The memories of somebody that are nearest to a question in their meaning.
struct MemoryNeighbours: Sendable {
  /// A piece, where it belongs, and how near it is.
  struct Neighbour: Sendable {
    let hit: MemoryHit
    let group: String?
    let cosine: Double
  }

  /// The newest vectors of a scope, of which the question is compared with each.
  static let comparedMax = 5_000
  /// Those that go on, the nearest.
  private static let keptMax = 200
  /// How near a memory that has none of the question's words must be, as part of how near the
  /// nearest is: models differ in what is near.
  private static let nearness = 0.75

  let question: MemoryQuestion
  let all: [Neighbour]

  static func find(
    _ question: MemoryQuestion, for scope: Scope, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> MemoryNeighbours {
    var near: [(entry: Int64, cosine: Double)] = []
    try reader.forEach(
      """
      SELECT memory_vectors.entry, vector
      FROM memory_vectors INDEXED BY memory_vectors_by_org
        CROSS JOIN memory_entries ON memory_entries.entry = memory_vectors.entry
      WHERE memory_vectors.org_id = ?1 AND model = ?2 AND dimension = ?3
        AND (user_id IS NULL OR user_id = ?4) AND project_id IS ?5
      ORDER BY memory_vectors.entry DESC LIMIT ?6
      """, .text(scope.organisation), .text(question.model),
      .integer(Int64(question.vector.values.count)), .text(scope.user), .optional(scope.project),
      .integer(Int64(comparedMax))
    ) { (row) throws(StoreError) in
      let entry = try row.integer(0)
      guard let cosine = row.withBytes(1, { question.vector.cosine(to: $0) }) else { return }
      near.append((entry, cosine))
    }
    let floor = max(0, near.reduce(0) { max($0, $1.cosine) } * nearness)
    let kept = near.filter { $0.cosine > 0 && $0.cosine >= floor }
      .sorted { ($0.cosine, $0.entry) > ($1.cosine, $1.entry) }.prefix(keptMax)
    var all: [Neighbour] = []
    for (entry, cosine) in kept {
      let found = try reader.first(
        PlacedHit.self,
        """
        SELECT source, item, piece, type, importance, entry, 0.0, group_id FROM memory_entries
        WHERE entry = ?1
        """, .integer(entry))
      if let found { all.append(Neighbour(hit: found.hit, group: found.group, cosine: cosine)) }
    }
    return MemoryNeighbours(question: question, all: all)
  }

  /// How near a piece is that was found by its words; nil where it has no vector of the model.
  func cosine(
    of hit: MemoryHit, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Double? {
    if let known = all.first(where: { $0.hit.entry == hit.entry }) { return known.cosine }
    var cosine: Double?
    try reader.forEach(
      "SELECT vector FROM memory_vectors WHERE entry = ?1 AND model = ?2", .integer(hit.entry),
      .text(question.model)
    ) { (row) throws(StoreError) in
      cosine = row.withBytes(0) { question.vector.cosine(to: $0) }
    }
    return cosine
  }
}

/// A piece, and the group on whose blackboard it stands.
private struct PlacedHit: Record {
  let hit: MemoryHit
  let group: String?

  init(row: borrowing Row) throws(StoreError) {
    hit = try MemoryHit(row: row)
    group = try row.optionalText(7)
  }
}
