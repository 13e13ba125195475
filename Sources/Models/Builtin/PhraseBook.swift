/// Finds phrases in lexemes; a trie, so that the number of phrases costs nothing.
struct PhraseBook {
  /// A phrase found.
  struct Match: Hashable {
    /// What it asks for.
    let need: Need
    /// The lexemes it covers.
    let range: Range<Int>
  }

  private struct Node {
    var words: [String: Int] = [:]
    var number: Int?
    var asks: Phrase.Asks?
    var asksAtEnd: Phrase.Asks?
  }

  private var nodes = [Node()]

  /// The phrases of the built-in model.
  static let standard = PhraseBook(Phrase.all)

  init(_ phrases: [Phrase]) {
    for phrase in phrases {
      for sequence in PhrasePattern.sequences(of: phrase.pattern) { insert(sequence, phrase.asks) }
    }
  }

  /// The phrases in the lexemes of one sentence, first to last; of two that overlap the earlier
  /// one, of two that begin together the longer one.
  func matches(in lexemes: [Lexeme]) -> [Match] {
    var matches: [Match] = []
    var start = 0
    while start < lexemes.count {
      guard let match = longest(lexemes, from: start, start, node: 0, number: nil) else {
        start += 1
        continue
      }
      matches.append(match)
      start = match.range.upperBound
    }
    return matches
  }

  private mutating func insert(_ sequence: [PhrasePattern.Slot], _ asks: Phrase.Asks) {
    var node = 0
    for slot in sequence {
      switch slot {
      case .word(let word):
        let next = nodes[node].words[word] ?? addNode()
        nodes[node].words[word] = next
        node = next
      case .number:
        let next = nodes[node].number ?? addNode()
        nodes[node].number = next
        node = next
      case .end:
        precondition(slot == sequence.last, "the end stands last")
        nodes[node].asksAtEnd = asks
        return
      }
    }
    nodes[node].asks = asks
  }

  private mutating func addNode() -> Int {
    nodes.append(Node())
    return nodes.count - 1
  }

  private func longest(
    _ lexemes: [Lexeme], from start: Int, _ position: Int, node: Int, number: Int64?
  ) -> Match? {
    var best: Match?
    if position < lexemes.count {
      let lexeme = lexemes[position]
      if let next = nodes[node].words[lexeme.text] {
        best = longest(lexemes, from: start, position + 1, node: next, number: number)
      }
      if best == nil, let next = nodes[node].number, let number = readNumber(lexemes, position) {
        best = longest(
          lexemes, from: start, position + number.length, node: next, number: number.value)
      }
    }
    if let best { return best }
    let isEnd = position == lexemes.count || Self.endsWish(lexemes[position])
    guard let asks = nodes[node].asks ?? (isEnd ? nodes[node].asksAtEnd : nil) else { return nil }
    return Match(need: asks.need(number), range: start..<position)
  }

  private func readNumber(_ lexemes: [Lexeme], _ position: Int) -> Numeral? {
    lexemes[position].text == "几" ? .some : Numeral(lexemes, at: position)
  }

  /// The words with which another wish begins.
  private static let conjunctions: Set<String> = ["and", "then", "和", "与", "并", "再", "然", "呢", "吗"]

  private static func endsWish(_ lexeme: Lexeme) -> Bool {
    lexeme.kind == .symbol || conjunctions.contains(lexeme.text)
  }
}
