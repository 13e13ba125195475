extension TokenCursor {
  /// Reads a written type; what no wire form can hold is an error that says so.
  mutating func type(depth: Int = 0) throws(Flaw) -> TypeName {
    guard depth < Limits.typeDepthMax else { throw Flaw(.typeTooDeep, at: current) }
    let start = current
    var type = try simpleType(depth: depth)
    while take(symbol: "?") {
      guard !type.isOptional else { throw Flaw(.doubleOptional, at: start) }
      type = .optional(type)
    }
    try refuseRest()
    return type
  }

  /// What may not follow a type.
  private func refuseRest() throws(Flaw) {
    guard !current.startsLine, current.kind == .symbol else { return }
    switch current.text {
    case "!": throw Flaw(.implicitlyUnwrapped, at: current)
    case "&": throw Flaw(.composition, at: current)
    case "-" where peek().isSymbol(">"): throw Flaw(.functionType, at: current)
    default: return
    }
  }

  private mutating func simpleType(depth: Int) throws(Flaw) -> TypeName {
    if current.isSymbol("[") { return try bracketType(depth: depth) }
    if current.isSymbol("(") { throw try parenthesisFlaw() }
    if current.isSymbol("@") { throw Flaw(.functionType, at: current) }
    if current.isSymbol("~") { throw Flaw(.suppressed, at: current) }
    if current.isWord("any") || current.isWord("some") || current.isWord("inout") {
      throw Flaw(.existential(current.text), at: current)
    }
    return try namedType(depth: depth)
  }

  /// Whether the parentheses here are a tuple or the parameters of a function.
  private func parenthesisFlaw() throws(Flaw) -> Flaw {
    var ahead = self
    try ahead.skipGroup()
    let isFunction =
      ahead.current.isSymbol("-") || ahead.current.isWord("throws") || ahead.current.isWord("async")
    return Flaw(isFunction ? .functionType : .tuple, at: current)
  }

  private mutating func bracketType(depth: Int) throws(Flaw) -> TypeName {
    advance()
    let start = current
    let element = try type(depth: depth + 1)
    guard !current.isSymbol(":") else { throw Flaw(.dictionary, at: start) }
    try expect(symbol: "]")
    return .array(element)
  }

  private mutating func namedType(depth: Int) throws(Flaw) -> TypeName {
    let start = current
    var parts: [TypeName.Part] = []
    repeat {
      let name = try takeName("a type")
      let arguments = current.isSymbol("<") ? try arguments(depth: depth) : []
      parts.append(TypeName.Part(name: name.source, arguments: arguments))
    } while take(symbol: ".")
    // `Optional<T>` is `T?`: absent and null mean the same for both.
    if parts.count == 1, let part = parts.first, part.name == "Optional",
      part.arguments.count == 1, let wrapped = part.arguments.first?.type
    {
      guard !wrapped.isOptional else { throw Flaw(.doubleOptional, at: start) }
      return .optional(wrapped)
    }
    return .named(parts)
  }

  private mutating func arguments(depth: Int) throws(Flaw) -> [TypeName.Argument] {
    try expect(symbol: "<")
    var arguments: [TypeName.Argument] = []
    repeat { arguments.append(try argument(depth: depth)) } while take(symbol: ",")
    try expect(symbol: ">")
    return arguments
  }

  private mutating func argument(depth: Int) throws(Flaw) -> TypeName.Argument {
    let isNegative = current.isSymbol("-") && peek().kind == .number
    if isNegative { advance() }
    guard current.kind == .number else { return .type(try type(depth: depth + 1)) }
    defer { advance() }
    return .integer((isNegative ? "-" : "") + current.text)
  }
}
