extension FileParser {
  /// Reads a stored property, or passes over a computed one and returns nil.
  mutating func property(_ prefix: Prefix) throws(Flaw) -> Property? {
    let isConstant = cursor.current.isWord("let")
    cursor.advance()
    if cursor.current.isSymbol("(") { throw Flaw(.tuplePattern, at: cursor.current) }
    let name = try cursor.takeName("a name")
    guard cursor.take(symbol: ":") else {
      if cursor.current.isSymbol(",") { throw Flaw(.several, at: cursor.current) }
      throw Flaw(.missingType(name.text), at: name)
    }
    if !isConstant, try skipComputed(name) { return nil }
    try check(prefix, of: name)
    let typePlace = cursor.current
    let type = try cursor.type()
    try check(type, at: typePlace)
    let standard = try standard(of: name, isConstant: isConstant, isPatch: type.isPatch)
    guard cursor.isAtMemberEnd else {
      if cursor.current.isSymbol(",") { throw Flaw(.several, at: cursor.current) }
      throw cursor.expected("the end of the declaration")
    }
    return Property(
      name: name, type: type, standard: standard, documentation: prefix.documentation)
  }

  /// Moves behind a computed property's body if this is one; its type may be anything.
  private mutating func skipComputed(_ name: Token) throws(Flaw) -> Bool {
    let start = cursor.index
    while !cursor.isAtMemberEnd, !cursor.current.isSymbol("="), !cursor.current.isSymbol("{") {
      if cursor.isAtGroup { try cursor.skipGroup() } else { cursor.advance() }
    }
    if cursor.current.isSymbol("{") {
      let first = cursor.peek()
      if first.isWord("willSet") || first.isWord("didSet") || first.isSymbol("@") {
        throw Flaw(.observers(name.text), at: first)
      }
      try cursor.skipGroup()
      return true
    }
    cursor.rewind(to: start)
    return false
  }

  private func check(_ prefix: Prefix, of name: Token) throws(Flaw) {
    if let attribute = prefix.attributePlace { throw Flaw(.attribute, at: attribute) }
    if let modifier = prefix.modifiers.first {
      throw Flaw(.modifier(modifier.text), at: modifier)
    }
    if let narrow = prefix.narrowsSetter {
      throw Flaw(.modifier("\(narrow.text)(set)"), at: narrow)
    }
    if let access = prefix.access, Reach(modifier: access.text) == .hidden {
      throw Flaw(.hiddenProperty(name.text), at: access)
    }
  }

  /// `Patch` stands alone, and no bare name is the one of the generated draft.
  private func check(_ type: TypeName, at place: Token) throws(Flaw) {
    if type.names.contains(where: { $0.first == "Draft" }) {
      throw Flaw(.takenName("Draft"), at: place)
    }
    let isInside = type.parts.contains { part in part.isPatch || part.containsPatch }
    let holdsOptional = type.isPatch && type.parts.contains(where: \.isOptional)
    if isInside || holdsOptional { throw Flaw(.patchInside, at: place) }
  }

  /// Reads `= value` if it is there.
  private mutating func standard(
    of name: Token, isConstant: Bool, isPatch: Bool
  ) throws(Flaw) -> Expression? {
    let equals = cursor.current
    guard cursor.take(symbol: "=") else { return nil }
    guard !isConstant else { throw Flaw(.constantWithValue(name.text), at: equals) }
    let expression = try expression()
    // An optional is nil and a patch is absent already.
    if expression.description == "nil" { return nil }
    guard isPatch else { return expression }
    guard expression.description == ".absent" else { throw Flaw(.patchDefault, at: equals) }
    return nil
  }

  private mutating func expression() throws(Flaw) -> Expression {
    let start = cursor.index
    while !cursor.isAtMemberEnd {
      if cursor.current.isSymbol("{") { throw Flaw(.closure, at: cursor.current) }
      if cursor.current.isSymbol(",") { throw Flaw(.several, at: cursor.current) }
      if cursor.isAtGroup { try cursor.skipGroup() } else { cursor.advance() }
    }
    guard cursor.index > start else { throw cursor.expected("a value") }
    return try pieces(of: cursor.tokens[start..<cursor.index])
  }

  /// The source of some tokens, cut where a free name stands: not a member, not a label.
  private func pieces(of tokens: ArraySlice<Token>) throws(Flaw) -> Expression {
    var pieces: [Expression.Piece] = []
    var offset = tokens[tokens.startIndex].range.lowerBound
    let end = tokens[tokens.endIndex - 1].range.upperBound
    for index in tokens.indices where tokens[index].isName {
      let isMember = index > tokens.startIndex && tokens[index - 1].isSymbol(".")
      let isLabel = index + 1 < tokens.endIndex && tokens[index + 1].isSymbol(":")
      guard !isMember, !isLabel else { continue }
      pieces.append(.verbatim(try text(offset..<tokens[index].range.lowerBound)))
      pieces.append(.name(tokens[index].source))
      offset = tokens[index].range.upperBound
    }
    pieces.append(.verbatim(try text(offset..<end)))
    return Expression(pieces: pieces.filter { $0 != .verbatim("") })
  }

  private func text(_ range: Range<Int>) throws(Flaw) -> String {
    guard let text = file.text(range) else { throw Flaw(.notUTF8, at: range.lowerBound) }
    return text
  }
}

extension TypeName {
  /// Whether a `Patch` stands anywhere inside.
  fileprivate var containsPatch: Bool {
    parts.contains { part in part.isPatch || part.containsPatch }
  }
}
