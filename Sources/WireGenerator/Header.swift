/// A type declaration or an extension up to its brace.
struct Header: Sendable {
  let keyword: Token
  /// One name, or the dotted name of the type that is extended.
  let path: [String]
  let isGeneric: Bool
  /// What follows the colon: dotted names, generic arguments left out.
  let inherited: [[String]]

  var name: String { path.joined(separator: ".") }

  /// Whether the declaration asks for generated coding; an extension is coding by hand.
  var asksForCoding: Bool {
    guard keyword.text != "extension", keyword.text != "protocol" else { return false }
    return inherited.contains(["Coded"]) || inherited.contains(["Wire", "Coded"])
  }
}

extension TokenCursor {
  /// Whether a type declaration or an extension starts here, rather than `class func` or a name.
  var isAtTypeDeclaration: Bool {
    guard current.kind == .word, Words.types.contains(current.text), peek().isName else {
      return false
    }
    if current.text == "class" || current.text == "actor" {
      let isMember = peek().kind == .word && Words.declarations.contains(peek().text)
      let after = peek(2)
      let isHeader =
        after.isSymbol("{") || after.isSymbol(":") || after.isSymbol("<") || after.isWord("where")
      return !isMember && isHeader
    }
    return true
  }

  /// Reads a header and stops at its brace.
  mutating func header() throws(Flaw) -> Header {
    let keyword = current
    advance()
    var path: [String] = []
    var isGeneric = false
    repeat {
      path.append(try takeName("a name").source)
      if current.isSymbol("<") {
        isGeneric = true
        try skipAngles()
      }
    } while keyword.text == "extension" && take(symbol: ".")
    let inherited = take(symbol: ":") ? try inheritance() : []
    if current.isWord("where") {
      while !current.isSymbol("{"), current.kind != .end { advance() }
    }
    guard current.isSymbol("{") else { throw expected("'{'") }
    return Header(keyword: keyword, path: path, isGeneric: isGeneric, inherited: inherited)
  }

  private mutating func inheritance() throws(Flaw) -> [[String]] {
    var names: [[String]] = []
    while !current.isSymbol("{"), !current.isWord("where") {
      if current.kind == .end { throw expected("'{'") }
      if current.isSymbol("@") {
        advance(2)
      } else if current.isSymbol("<") {
        try skipAngles()
      } else if current.isName {
        names.append(dottedName())
      } else if isAtGroup {
        try skipGroup()
      } else {
        advance()
      }
    }
    return names
  }

  /// The names joined by dots here.
  private mutating func dottedName() -> [String] {
    var name = [current.text]
    advance()
    while current.isSymbol("."), peek().isName {
      name.append(peek().text)
      advance(2)
    }
    return name
  }
}
