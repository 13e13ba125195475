internal import Contract
internal import Store

/// The order of what a question finds: by words, and by meaning where there are vectors (the
/// catalogue, §4.7).
struct MemoryRanking {
  /// What meaning and words count for.
  private static let meaningPart = 0.6, wordsPart = 0.4
  /// Those of a layer that have words of the question and are compared with each other.
  private static let wordsMax = 64

  /// A piece and its two marks, each from 0 to 1.
  private struct Candidate {
    let hit: MemoryHit
    var words = 0.0
    var meaning = 0.0

    var score: Double { meaningPart * meaning + wordsPart * words }
  }

  /// The pieces of a layer, the best first.
  static func hits(
    _ expression: String?, near neighbours: MemoryNeighbours?, _ layer: MemoryLayer,
    for scope: Scope, group: GroupID?, most: Int, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [MemoryHit] {
    let wanted = neighbours == nil ? most : max(most, wordsMax)
    let found = try expression.map { (expression) throws(StoreError) in
      try MemoryIndex.find(
        expression, layer, for: scope, group: group, most: wanted, in: reader)
    }
    guard let neighbours else { return found ?? [] }
    var candidates: [Int64: Candidate] = [:]
    // The better a piece fits the farther its rank is below zero; the first fits best.
    let best = found?.first?.rank ?? 0
    for hit in found ?? [] {
      let words = best < 0 ? min(max(hit.rank / best, 0), 1) : 1
      let cosine = try neighbours.cosine(of: hit, in: reader)
      candidates[hit.entry] = Candidate(
        hit: hit, words: words, meaning: cosine.map(meaning) ?? 0)
    }
    for neighbour in neighbours.all
    where layer.holds(neighbour, besides: group) && candidates[neighbour.hit.entry] == nil {
      candidates[neighbour.hit.entry] = Candidate(
        hit: neighbour.hit, meaning: meaning(neighbour.cosine))
    }
    return candidates.values.sorted { left, right in
      (left.score, left.hit.importance, left.hit.entry)
        > (right.score, right.hit.importance, right.hit.entry)
    }.prefix(most).map(\.hit)
  }

  /// A cosine as a mark from 0 to 1.
  private static func meaning(_ cosine: Double) -> Double { (cosine + 1) / 2 }
}

extension MemoryLayer {
  /// Whether a piece belongs here in a run of a group, as the index says it in its statement.
  fileprivate func holds(
    _ neighbour: MemoryNeighbours.Neighbour, besides group: GroupID?
  ) -> Bool {
    let isOfGroup = group != nil && neighbour.group == group?.text
    return isOwn == isOfGroup && (type == nil || type == neighbour.hit.type)
  }
}
