internal import Contract
internal import Models
internal import Store

/// One of the places where an agent looks, the nearest first (the catalogue, §4.7).
struct MemoryLayer: Sendable {
  let name: String
  /// The only type that is looked for; nil for all.
  let type: MemoryType?
  /// Whether it is the blackboard of the run's own group, or everything beside it.
  let isOwn: Bool
  /// How many twelfths of the room for answers it has.
  let twelfths: Int

  /// In the order in which they are searched: half of the room, then a third of the rest each.
  static let all = [
    MemoryLayer(name: "group", type: nil, isOwn: true, twelfths: 6),
    MemoryLayer(name: "core", type: .core, isOwn: false, twelfths: 2),
    MemoryLayer(name: "episodic", type: .episodic, isOwn: false, twelfths: 2),
    MemoryLayer(name: "archival", type: .archival, isOwn: false, twelfths: 2),
  ]
}

/// What an agent remembers on a question.
struct MemoryRecall: Sendable {
  /// One memory, or a piece of one, as far as there was room for it.
  struct Item: Sendable, Hashable {
    let layer: String
    let hit: MemoryHit
    let text: String
    let role: String?
    let isCut: Bool
  }

  /// Scalars of all texts together.
  static let roomMax = 12_000
  /// Less than that of a text is not worth showing.
  static let cutMin = 200

  /// What is found for somebody, at most so much of it; by its words alone where nobody says what
  /// the question means.
  static func items(
    on question: String, meaning: MemoryQuestion? = nil, for scope: Scope, group: GroupID?,
    most: Int, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [Item] {
    let expression = MemoryTerms.expression(for: question, in: scope.organisation)
    guard expression != nil || meaning != nil else { return [] }
    let neighbours = try meaning.map { (meaning) throws(StoreError) in
      try MemoryNeighbours.find(meaning, for: scope, in: reader)
    }
    var items: [Item] = []
    // What a layer leaves, the next may use.
    var room = 0
    for layer in MemoryLayer.all {
      room += roomMax / 12 * layer.twelfths
      let hits = try MemoryRanking.hits(
        expression, near: neighbours, layer, for: scope, group: group, most: most - items.count,
        in: reader)
      for hit in hits {
        guard let found = try MemoryIndex.text(of: hit, in: reader) else { continue }
        let length = found.text.unicodeScalars.count
        guard length <= room || room >= cutMin else { break }
        items.append(
          Item(
            layer: layer.name, hit: hit,
            text: Excerpt.clipped(found.text, scalarsMax: room), role: found.role,
            isCut: length > room))
        room -= min(length, room)
      }
    }
    return items
  }
}
