extension FileParser {
  /// Reads the cases of a coded enum; stops at its closing brace.
  mutating func choice(_ header: Header, _ prefix: Prefix, _ scope: Scope) throws(Flaw) {
    guard header.inherited.first == ["String"] else {
      throw Flaw(.rawTypeNotString(header.name), at: header.keyword)
    }
    if let word = prefix.modifiers.first(where: { $0.text == "indirect" }) {
      throw Flaw(.indirect, at: word)
    }
    var found: [Choice.Case] = []
    while !cursor.current.isSymbol("}"), cursor.current.kind != .end {
      if cursor.take(symbol: ";") { continue }
      let member = try self.prefix()
      if cursor.current.isWord("case") {
        if let word = member.modifiers.first { throw Flaw(.indirect, at: word) }
        try cases(&found)
      } else if cursor.current.isWord("let") || cursor.current.isWord("var") {
        cursor.advance()
        if member.isStatic { try refuse(Self.takenNames) }
        cursor.advance()
        try cursor.skipToNextMember()
      } else {
        try otherMember(member, in: scope)
      }
    }
    guard !found.isEmpty else { throw Flaw(.noCases(header.name), at: header.keyword) }
    let choice = Choice(
      path: scope.path, isPackage: scope.reach == .package, documentation: prefix.documentation,
      cases: found)
    model.choices.append(
      Located(
        declaration: choice, offset: header.keyword.range.lowerBound, enclosing: scope.enclosing))
  }

  /// Static members of the generated coding; a case is one too.
  private static let takenNames = ["schema", "wireNames"]

  private mutating func cases(_ found: inout [Choice.Case]) throws(Flaw) {
    cursor.advance()
    repeat {
      try refuse(Self.takenNames)
      let name = try cursor.takeName("the name of a case")
      if cursor.current.isSymbol("(") { throw Flaw(.associatedValues(name.text), at: name) }
      let text = cursor.take(symbol: "=") ? try rawValue() : name.text
      guard !text.isEmpty, text.utf8.allSatisfy({ $0 == UInt8(ascii: " ") || $0.isPlainInJSON })
      else { throw Flaw(.badChoice(text), at: name) }
      guard text.utf8.count <= Limits.nameMax else { throw Flaw(.nameTooLong(text), at: name) }
      guard !found.contains(where: { $0.text == text }) else {
        throw Flaw(.sameChoice(text), at: name)
      }
      found.append(Choice.Case(source: name.source, text: text))
    } while cursor.take(symbol: ",")
    guard cursor.isAtMemberEnd else { throw cursor.expected("the end of the case") }
  }

  private mutating func rawValue() throws(Flaw) -> String {
    guard case .string(let plain?) = cursor.current.kind else {
      throw Flaw(.badRawValue, at: cursor.current)
    }
    cursor.advance()
    return plain
  }
}
