/// A place in a file's tokens; it never moves behind the end token.
struct TokenCursor {
  let tokens: [Token]
  private(set) var index = 0

  init(_ tokens: [Token]) {
    precondition(tokens.last?.kind == .end, "the lexer closes its tokens with the end")
    self.tokens = tokens
  }

  var current: Token { tokens[index] }

  /// The token before the current one, or the first.
  var previous: Token { tokens[max(index - 1, 0)] }

  func peek(_ distance: Int = 1) -> Token {
    tokens[min(index + distance, tokens.count - 1)]
  }

  mutating func advance(_ count: Int = 1) {
    index = min(index + count, tokens.count - 1)
  }

  /// Goes back to where the cursor was before.
  mutating func rewind(to earlier: Int) {
    precondition(earlier <= index, "a cursor rewinds to where it was")
    index = earlier
  }

  mutating func take(symbol: String) -> Bool {
    guard current.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func expect(symbol: String) throws(Flaw) {
    guard take(symbol: symbol) else { throw expected("'\(symbol)'") }
  }

  mutating func takeName(_ what: String) throws(Flaw) -> Token {
    guard current.isName else { throw expected(what) }
    defer { advance() }
    return current
  }

  func expected(_ what: String) -> Flaw {
    Flaw(.expected(what, found: current.shown), at: current)
  }

  /// Whether the current token opens a group.
  var isAtGroup: Bool { Self.closers[current.text] != nil && current.kind == .symbol }

  private static let closers = ["(": ")", "[": "]", "{": "}"]

  /// Moves behind the bracket that closes the one here.
  mutating func skipGroup() throws(Flaw) {
    var open: [Token] = []
    repeat {
      if isAtGroup {
        open.append(current)
      } else if let last = open.last, current.kind == .end {
        throw Flaw(.unbalanced(last.text), at: last)
      } else if current.isSymbol(")") || current.isSymbol("]") || current.isSymbol("}") {
        guard let last = open.popLast(), current.text == Self.closers[last.text] else {
          throw Flaw(.unbalanced(current.text), at: current)
        }
      }
      advance()
    } while !open.isEmpty
  }

  /// Moves behind the `>` that closes the `<` here; a `->` inside closes nothing.
  mutating func skipAngles() throws(Flaw) {
    let start = current
    var depth = 0
    repeat {
      if isAtGroup, !current.isSymbol("{") {
        try skipGroup()
        continue
      }
      if current.kind == .end || current.isSymbol("{") { throw Flaw(.unbalanced("<"), at: start) }
      if current.isSymbol("<") { depth += 1 }
      if current.isSymbol(">"), !previous.isSymbol("-") { depth -= 1 }
      advance()
    } while depth > 0
  }

  /// Moves to the end of a member without a body: to the next one or to the type's closing brace.
  mutating func skipToNextMember() throws(Flaw) {
    while !isAtMemberEnd {
      if isAtGroup { try skipGroup() } else { advance() }
    }
  }

  /// Whether a member is complete before the current token.
  var isAtMemberEnd: Bool {
    if current.kind == .end || current.isSymbol("}") || current.isSymbol(";") { return true }
    guard current.startsLine else { return false }
    return current.isSymbol("@") || current.isSymbol("#")
      || current.kind == .word && Words.declarations.contains(current.text)
  }

  /// Moves behind the body of a function, initializer or subscript.
  mutating func skipFunction() throws(Flaw) {
    while !current.isSymbol("{") {
      if current.kind == .end || current.isSymbol("}") { throw expected("'{'") }
      if isAtGroup { try skipGroup() } else { advance() }
    }
    try skipGroup()
  }
}
