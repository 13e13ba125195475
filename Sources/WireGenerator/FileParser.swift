/// Finds the coded types of one file and reads them; all else is passed over by its brackets.
struct FileParser {
  let file: SourceFile
  var cursor: TokenCursor
  var model = FileModel()
  /// The headers that were read as coded declarations, by their place among the tokens.
  private var read: Set<Int> = []

  /// What `file` contributes to the generated source.
  ///
  /// A file that declares no coded type is read for the names of its types only; if it cannot be
  /// read, the compiler says why and nothing is lost here.
  static func model(of file: SourceFile) throws(Flaw) -> FileModel {
    do throws(Flaw) {
      return try strictModel(of: file)
    } catch {
      if file.mentions("Coded") { throw error }
      return FileModel()
    }
  }

  private static func strictModel(of file: SourceFile) throws(Flaw) -> FileModel {
    var parser = FileParser(file: file, cursor: TokenCursor(try Lexer.tokens(of: file)))
    let headers = parser.cursor.codedHeaders()
    if !headers.isEmpty, let conditional = parser.cursor.firstConditional {
      throw Flaw(.conditional, at: conditional)
    }
    try parser.members(of: .file)
    for (index, header) in headers where !parser.read.contains(index) {
      throw Flaw(.local(header.name), at: parser.cursor.tokens[index])
    }
    return parser.model
  }

  private init(file: SourceFile, cursor: TokenCursor) {
    self.file = file
    self.cursor = cursor
  }

  /// Reads to the brace that closes the scope, or to the end of the file; stops before it.
  private mutating func members(of scope: Scope) throws(Flaw) {
    while !cursor.current.isSymbol("}"), cursor.current.kind != .end {
      let prefix = try prefix()
      let token = cursor.current
      if cursor.isAtTypeDeclaration {
        try typeDeclaration(prefix, in: scope)
      } else if token.isWord("import"), scope.path.isEmpty {
        importDeclaration(prefix)
      } else if token.isWord("typealias") {
        model.declared.insert(scope.path + [cursor.peek().source])
        cursor.advance(2)
      } else if token.isSymbol(".") || token.kind == .word && Words.binders.contains(token.text) {
        // The next word is a name, whatever it says.
        cursor.advance(cursor.peek().isName ? 2 : 1)
      } else if cursor.isAtGroup {
        try cursor.skipGroup()
      } else if token.isSymbol(")") || token.isSymbol("]") {
        throw Flaw(.unbalanced(token.text), at: token)
      } else if !token.isSymbol("}"), token.kind != .end {
        cursor.advance()
      }
    }
    if scope.path.isEmpty, cursor.current.isSymbol("}") {
      throw Flaw(.unbalanced("}"), at: cursor.current)
    }
  }

  /// Reads a type with its body, or an extension.
  mutating func typeDeclaration(_ prefix: Prefix, in scope: Scope) throws(Flaw) {
    let place = cursor.index
    let header = try cursor.header()
    let access = prefix.access.flatMap { Reach(modifier: $0.text) }
    let inner = scope.body(of: header, access: access)
    guard inner.path.count <= Limits.nestingMax else {
      throw Flaw(.nestedTooDeep, at: header.keyword)
    }
    model.declared.insert(inner.path)
    let opening = cursor.current
    if header.asksForCoding {
      read.insert(place)
      try check(header, prefix, inner)
      cursor.advance()
      if header.keyword.text == "struct" {
        try record(header, prefix, inner)
      } else {
        try choice(header, prefix, inner)
      }
    } else if header.keyword.text == "protocol" {
      return try cursor.skipGroup()
    } else {
      cursor.advance()
      try members(of: inner)
    }
    guard cursor.take(symbol: "}") else { throw Flaw(.unbalanced("{"), at: opening) }
  }

  /// Refuses what no coding in another file can be written for.
  private func check(_ header: Header, _ prefix: Prefix, _ scope: Scope) throws(Flaw) {
    let problem: Problem? =
      if header.keyword.text != "struct", header.keyword.text != "enum" {
        .notStructOrEnum(header.keyword.text)
      } else if scope.isGeneric {
        .generic(header.name)
      } else if scope.reach == .hidden {
        .hidden(header.name)
      } else if scope.reach == .everywhere {
        .published(header.name)
      } else {
        nil
      }
    if let problem { throw Flaw(problem, at: header.keyword) }
  }

  private mutating func importDeclaration(_ prefix: Prefix) {
    var words = prefix.attributes.map { attribute in attribute + " " }.joined() + "import "
    cursor.advance()
    // `import struct Module.Name`: the kind of thing stands before the path.
    if cursor.current.isName, cursor.peek().isName, !cursor.peek().startsLine {
      words += cursor.current.text + " "
      cursor.advance()
    }
    while cursor.current.isName || cursor.current.isSymbol("."), !cursor.isAtMemberEnd {
      words += cursor.current.source
      cursor.advance()
    }
    model.imports.append(words)
  }
}

extension TokenCursor {
  /// Every header that asks for coding, wherever it stands, with its place among the tokens.
  fileprivate func codedHeaders() -> [(index: Int, header: Header)] {
    var found: [(index: Int, header: Header)] = []
    var scan = self
    while scan.current.kind != .end {
      if scan.isAtTypeDeclaration, !scan.previous.isSymbol(".") {
        var ahead = scan
        do throws(Flaw) {
          let header = try ahead.header()
          if header.asksForCoding { found.append((scan.index, header)) }
        } catch {
          // No declaration after all, such as `import struct`; the parser proper judges the rest.
        }
      }
      scan.advance()
    }
    return found
  }

  /// The first `#if` of the file.
  fileprivate var firstConditional: Token? {
    for (index, token) in tokens.enumerated() where token.isSymbol("#") {
      if tokens[index + 1].isWord("if") { return token }
    }
    return nil
  }
}
