/// Cuts Swift source into tokens: enough of the language to find declarations and not to be misled
/// by a comment or a literal.
struct Lexer {
  let file: SourceFile
  var index = 0
  var startsLine = true
  var documentation = Documentation()
  private var tokens: [Token] = []

  /// The tokens of `file`; the last one is `.end` and the only one of its kind.
  static func tokens(of file: SourceFile) throws(Flaw) -> [Token] {
    guard file.bytes.count <= Limits.fileMax else { throw Flaw(.fileTooLong, at: 0) }
    var lexer = Lexer(file: file)
    lexer.skipPreamble()
    repeat { try lexer.appendToken() } while lexer.tokens.last?.kind != .end
    return lexer.tokens
  }

  private init(file: SourceFile) {
    self.file = file
  }

  /// The byte `distance` ahead, or nil behind the end.
  func peek(_ distance: Int = 0) -> UInt8? {
    let offset = index + distance
    return offset < file.bytes.count ? file.bytes[offset] : nil
  }

  /// A byte order mark or the first line of a script.
  private mutating func skipPreamble() {
    if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    if peek() == .hash, peek(1) == UInt8(ascii: "!") { skipLine() }
  }

  private mutating func appendToken() throws(Flaw) {
    try skipTrivia()
    let start = index
    let kind = try scan()
    var range = start..<index
    if kind == .quotedWord { range = (start + 1)..<(index - 1) }
    guard let text = file.text(range) else { throw Flaw(.notUTF8, at: start) }
    tokens.append(
      Token(
        kind: kind, text: text, range: start..<index, startsLine: startsLine,
        documentation: documentation.take()))
    startsLine = false
  }

  private mutating func scan() throws(Flaw) -> Token.Kind {
    guard let byte = peek() else { return .end }
    switch byte {
    case .backtick: return try scanQuotedWord()
    case .quote: return try scanString()
    case .hash where isAtString: return try scanString()
    case .hash where isAtExtendedRegex: return try scanExtendedRegex()
    case .hash:
      // A run is one token, so that a file of nothing else takes linear time.
      while peek() == .hash { index += 1 }
      return .symbol
    case .slash where scanRegex(): return .regex
    case _ where byte.isDigit: return scanNumber()
    case _ where byte.startsWord: return scanWord()
    case 0x21...0x7E:
      index += 1
      return .symbol
    default: throw Flaw(.unexpectedByte(byte), at: index)
    }
  }

  private mutating func scanWord() -> Token.Kind {
    while let byte = peek(), byte.continuesWord { index += 1 }
    return .word
  }

  private mutating func scanNumber() -> Token.Kind {
    while let byte = peek() {
      let continues = byte.continuesWord || byte == UInt8(ascii: ".") && peek(1)?.isDigit == true
      guard continues else { break }
      index += 1
    }
    return .number
  }

  private mutating func scanQuotedWord() throws(Flaw) -> Token.Kind {
    let start = index
    index += 1
    while let byte = peek(), byte != .newline, byte != .carriageReturn {
      index += 1
      if byte == .backtick { return .quotedWord }
    }
    throw Flaw(.unterminatedName, at: start)
  }

  /// Whether a `/` here can start a regular expression: after an operand it divides.
  private var canStartRegex: Bool {
    guard let last = tokens.last else { return true }
    switch last.kind {
    case .word: return Words.beforeExpression.contains(last.text)
    case .quotedWord, .number, .string, .regex, .end: return false
    case .symbol: return ![")", "]", "}", "?", "!", ">", "\\"].contains(last.text)
    }
  }

  /// Takes `/…/` when one stands here; a lone operator is left alone.
  private mutating func scanRegex() -> Bool {
    guard canStartRegex, let first = peek(1), !first.isSpace, first != .slash else { return false }
    var distance = 1
    while let byte = peek(distance), byte != .newline, byte != .carriageReturn {
      if byte == .slash {
        index += distance + 1
        return true
      }
      distance += byte == .backslash ? 2 : 1
    }
    return false
  }
}
