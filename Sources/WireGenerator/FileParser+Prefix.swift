/// What stands before the keyword of a declaration.
struct Prefix {
  var documentation = ""
  /// The attributes as source writes them.
  var attributes: [String] = []
  /// Where the first attribute is.
  var attributePlace: Token?
  var access: Token?
  /// Whether one of the access modifiers is for the setter only.
  var narrowsSetter: Token?
  var modifiers: [Token] = []

  var isStatic: Bool { modifiers.contains { $0.text == "static" } }
}

extension FileParser {
  /// Takes attributes and modifiers up to the keyword of a declaration.
  mutating func prefix() throws(Flaw) -> Prefix {
    var prefix = Prefix(documentation: cursor.current.documentation)
    while true {
      let token = cursor.current
      if token.isSymbol("@"), cursor.peek().isName {
        if prefix.attributePlace == nil { prefix.attributePlace = token }
        prefix.attributes.append(try attribute())
      } else if token.kind == .word, Words.access.contains(token.text) {
        cursor.advance()
        if cursor.current.isSymbol("("), cursor.peek().isWord("set") {
          prefix.narrowsSetter = token
          try cursor.skipGroup()
        } else {
          prefix.access = token
        }
      } else if token.kind == .word, Words.modifiers.contains(token.text), !cursor.isAtName {
        prefix.modifiers.append(token)
        cursor.advance()
        if cursor.current.isSymbol("("), !cursor.current.startsLine { try cursor.skipGroup() }
      } else {
        return prefix
      }
    }
  }

  private mutating func attribute() throws(Flaw) -> String {
    let start = cursor.current.range.lowerBound
    cursor.advance(2)
    while cursor.current.isSymbol("."), cursor.peek().isName { cursor.advance(2) }
    // `@Name (x)` with a space is an attribute before a parenthesis, not its arguments.
    let isAdjacent = cursor.current.range.lowerBound == cursor.previous.range.upperBound
    if cursor.current.isSymbol("("), isAdjacent { try cursor.skipGroup() }
    let end = cursor.previous.range.upperBound
    guard let text = file.text(start..<end) else {
      throw Flaw(.notUTF8, at: start)
    }
    return text
  }
}

extension TokenCursor {
  /// Whether a contextual word here is used as a name: `prefix: Int`, `optional = 1`.
  fileprivate var isAtName: Bool {
    peek().kind == .symbol && !peek().isSymbol("@") && !peek().isSymbol("(")
  }
}
