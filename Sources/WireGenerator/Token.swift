/// One piece of Swift source; operators come one character at a time.
struct Token: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// An identifier or a keyword.
    case word
    /// An identifier in backticks; `text` has none.
    case quotedWord
    case number
    /// A string literal; `plain` is its value when it has one line and no escapes.
    case string(plain: String?)
    case regex
    case symbol
    case end
  }

  let kind: Kind
  let text: String
  let range: Range<Int>
  /// Whether it is the first on its line.
  let startsLine: Bool
  /// The documentation comment before it, lines joined with spaces.
  let documentation: String

  func isSymbol(_ symbol: String) -> Bool {
    kind == .symbol && text == symbol
  }

  func isWord(_ word: String) -> Bool {
    kind == .word && text == word
  }

  /// Whether it can name something: any identifier, keywords included.
  var isName: Bool {
    kind == .word || kind == .quotedWord
  }

  /// The name as source writes it, with the backticks that it had.
  var source: String {
    kind == .quotedWord ? "`\(text)`" : text
  }

  /// What messages call it.
  var shown: String {
    switch kind {
    case .end: "the end of the file"
    case .string: "a string"
    case .regex: "a regular expression"
    case .word, .quotedWord, .number, .symbol: "'\(text)'"
    }
  }
}
