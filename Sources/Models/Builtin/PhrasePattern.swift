/// Reads the pattern of a phrase; the patterns are our own, so a wrong one stops the process.
struct PhrasePattern {
  /// One place of a pattern.
  enum Slot: Hashable {
    case word(String)
    case number
    case end
  }

  private let lexemes: [String]
  private var position = 0

  /// Every sequence of slots that `pattern` stands for.
  static func sequences(of pattern: String) -> [[Slot]] {
    var reader = PhrasePattern(lexemes: Lexemes(pattern).map(\.text))
    let sequences = reader.alternatives()
    precondition(reader.peek == nil, "the pattern \(pattern) closes a group it did not open")
    precondition(!sequences.contains([]), "the pattern \(pattern) holds for nothing at all")
    return sequences
  }

  private init(lexemes: [String]) {
    self.lexemes = lexemes
  }

  private var peek: String? { position < lexemes.count ? lexemes[position] : nil }

  private mutating func take(_ text: String) -> Bool {
    guard peek == text else { return false }
    position += 1
    return true
  }

  private mutating func alternatives() -> [[Slot]] {
    var all = sequence()
    while take("|") { all += sequence() }
    return all
  }

  private mutating func sequence() -> [[Slot]] {
    var all: [[Slot]] = [[]]
    while let text = peek, text != "|", text != ")" {
      position += 1
      var choices = slots(text)
      if take("?") { choices.append([]) }
      all = all.flatMap { before in choices.map { before + $0 } }
    }
    return all
  }

  private mutating func slots(_ text: String) -> [[Slot]] {
    switch text {
    case "#": return [[.number]]
    case "$": return [[.end]]
    case "(":
      let choices = alternatives()
      precondition(take(")"), "a group is not closed")
      return choices
    case let word: return [[.word(word)]]
    }
  }
}
