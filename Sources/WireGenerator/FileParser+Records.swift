extension FileParser {
  /// What is gathered from a record's body.
  private struct Body {
    var naming = Naming.snakeCase
    var namingPlace = 0
    var omitsNil = false
    var properties: [Property] = []
  }

  /// A stored property before its name on the wire is known.
  struct Property {
    let name: Token
    let type: TypeName
    let standard: Expression?
    let documentation: String
  }

  /// Reads the members of a coded struct; stops at its closing brace.
  mutating func record(_ header: Header, _ prefix: Prefix, _ scope: Scope) throws(Flaw) {
    var body = Body()
    while !cursor.current.isSymbol("}"), cursor.current.kind != .end {
      if cursor.take(symbol: ";") { continue }
      let member = try self.prefix()
      let token = cursor.current
      if token.isWord("let") || token.isWord("var") {
        if member.isStatic {
          try staticProperty(&body)
        } else if let property = try property(member) {
          body.properties.append(property)
        }
      } else {
        try otherMember(member, in: scope)
      }
    }
    let fields = try Self.fields(of: body)
    let record = Record(
      path: scope.path, isPackage: scope.reach == .package, documentation: prefix.documentation,
      omitsNil: body.omitsNil, fields: fields)
    model.records.append(
      Located(
        declaration: record, offset: header.keyword.range.lowerBound, enclosing: scope.enclosing))
  }

  /// Passes over a member that stores nothing.
  mutating func otherMember(_ prefix: Prefix, in scope: Scope) throws(Flaw) {
    let token = cursor.current
    let isType = cursor.isAtTypeDeclaration
    if isType || token.isWord("typealias"), cursor.peek().text == "Draft" {
      throw Flaw(.takenName("Draft"), at: cursor.peek())
    }
    if isType {
      try typeDeclaration(prefix, in: scope)
    } else if token.isWord("typealias") {
      model.declared.insert(scope.path + [cursor.peek().source])
      cursor.advance()
      try cursor.skipToNextMember()
    } else if token.kind == .word, Words.functions.contains(token.text) {
      cursor.advance()
      try cursor.skipFunction()
    } else if token.isSymbol("#") {
      throw Flaw(.macro, at: token)
    } else {
      throw cursor.expected("a member")
    }
  }

  private mutating func staticProperty(_ body: inout Body) throws(Flaw) {
    cursor.advance()
    try refuse(["fields", "schema"])
    if cursor.current.isWord("naming") {
      body.namingPlace = cursor.current.range.lowerBound
      body.naming = try cursor.naming()
    } else if cursor.current.isWord("omitsNil") {
      body.omitsNil = try cursor.omission()
    } else {
      cursor.advance()
      try cursor.skipToNextMember()
    }
  }

  /// Refuses the names of static members that the generated coding has.
  func refuse(_ taken: [String]) throws(Flaw) {
    guard taken.contains(cursor.current.text), cursor.current.isName else { return }
    throw Flaw(.takenName(cursor.current.text), at: cursor.current)
  }

  private static func fields(of body: Body) throws(Flaw) -> [Field] {
    var owners: [String: String] = [:]
    var fields: [Field] = []
    for exception in body.naming.exceptions.keys.sorted()
    where !body.properties.contains(where: { $0.name.text == exception }) {
      throw Flaw(.strangeException(exception), at: body.namingPlace)
    }
    for property in body.properties {
      let name = property.name.text
      let wireName = body.naming.wireName(of: name)
      guard !wireName.isEmpty, wireName.utf8.allSatisfy(\.isPlainInJSON) else {
        throw Flaw(.badName(wireName), at: property.name)
      }
      guard wireName.utf8.count <= Limits.nameMax else {
        throw Flaw(.nameTooLong(wireName), at: property.name)
      }
      if let owner = owners.updateValue(name, forKey: wireName) {
        throw Flaw(.sameName(owner, name, name: wireName), at: property.name)
      }
      guard fields.count < Limits.fieldsMax else {
        throw Flaw(.tooManyFields(body.properties.count), at: property.name)
      }
      fields.append(
        Field(
          source: property.name.source, wireName: wireName, type: property.type,
          standard: property.standard, documentation: property.documentation,
          offset: property.name.range.lowerBound))
    }
    return fields
  }
}
