extension TokenCursor {
  /// Reads what follows `static let` when the name is `naming`.
  mutating func naming() throws(Flaw) -> Naming {
    let start = current
    advance()
    let annotation = take(symbol: ":") ? takeWords("Wire", "Naming") : true
    guard annotation, take(symbol: "="), takeWords("Wire", "Naming") || current.isSymbol("."),
      take(symbol: "."), current.kind == .word
    else { throw Flaw(.badNaming, at: start) }
    let word = current.text
    advance()
    var naming = Naming.snakeCase
    switch word {
    case "snakeCase": break
    case "camelCase":
      naming.convention = .camelCase
      if current.isSymbol("(") { naming.exceptions = try exceptions(label: "except", start) }
    case "named": naming.exceptions = try exceptions(label: nil, start)
    default: throw Flaw(.badNaming, at: start)
    }
    guard isAtMemberEnd else { throw Flaw(.badNaming, at: start) }
    return naming
  }

  /// Reads what follows `static let` when the name is `omitsNil`.
  mutating func omission() throws(Flaw) -> Bool {
    let start = current
    advance()
    let annotation = take(symbol: ":") ? takeWords("Bool") : true
    guard annotation, take(symbol: "="), current.isWord("true") || current.isWord("false") else {
      throw Flaw(.badOmission, at: start)
    }
    let omits = current.isWord("true")
    advance()
    guard isAtMemberEnd else { throw Flaw(.badOmission, at: start) }
    return omits
  }

  /// Takes the last word, with the others and dots before it or without.
  private mutating func takeWords(_ words: String...) -> Bool {
    for (index, word) in words.enumerated() where current.isWord(word) {
      let isLast = index == words.count - 1
      advance()
      if isLast { return true }
      guard take(symbol: ".") else { return false }
    }
    return false
  }

  private mutating func exceptions(
    label: String?, _ start: Token
  ) throws(Flaw) -> [String: String] {
    guard take(symbol: "(") else { throw Flaw(.badNaming, at: start) }
    if let label {
      guard current.isWord(label) else { throw Flaw(.badNaming, at: start) }
      advance()
      guard take(symbol: ":") else { throw Flaw(.badNaming, at: start) }
    }
    guard take(symbol: "[") else { throw Flaw(.badNaming, at: start) }
    var names: [String: String] = [:]
    while case .string(let property?) = current.kind {
      let place = current
      advance()
      guard take(symbol: ":"), case .string(let name?) = current.kind else {
        throw Flaw(.badNaming, at: start)
      }
      advance()
      guard names.updateValue(name, forKey: property) == nil else {
        throw Flaw(.exceptionTwice(property), at: place)
      }
      guard take(symbol: ",") else { break }
    }
    guard take(symbol: "]"), take(symbol: ")") else { throw Flaw(.badNaming, at: start) }
    return names
  }
}
