extension Lexer {
  /// Moves to the next token and keeps the documentation on the way.
  mutating func skipTrivia() throws(Flaw) {
    while let byte = peek() {
      switch byte {
      case .newline, .carriageReturn:
        if !(byte == .carriageReturn && peek(1) == .newline) { documentation.endLine() }
        startsLine = true
        index += 1
      case _ where byte.isSpace: index += 1
      case .slash where peek(1) == .slash: try takeLineComment()
      case .slash where peek(1) == .star: try takeBlockComment()
      default: return
      }
    }
  }

  mutating func skipLine() {
    while let byte = peek(), byte != .newline, byte != .carriageReturn { index += 1 }
  }

  private mutating func takeLineComment() throws(Flaw) {
    let start = index
    skipLine()
    let comment = file.bytes[start..<index]
    // Four slashes are a ruler, not documentation.
    guard comment.starts(with: [.slash, .slash, .slash]), comment.dropFirst(3).first != .slash
    else { return documentation.continueLine() }
    guard let text = file.text((start + 3)..<index) else { throw Flaw(.notUTF8, at: start) }
    documentation.append(text)
  }

  private mutating func takeBlockComment() throws(Flaw) {
    let start = index
    try skipBlockComment()
    let comment = file.bytes[start..<index]
    let isDocumentation =
      comment.count > 4 && comment.starts(with: [.slash, .star, .star])
      && comment[start + 3] != .star
    guard isDocumentation else { return documentation.continueLine() }
    guard let text = file.text((start + 3)..<(index - 2)) else { throw Flaw(.notUTF8, at: start) }
    for line in text.split(whereSeparator: \.isNewline) { documentation.append(String(line)) }
  }

  /// Block comments nest; depth is a count, so hostile nesting costs nothing.
  mutating func skipBlockComment() throws(Flaw) {
    let start = index
    var depth = 0
    repeat {
      switch (peek(), peek(1)) {
      case (.slash, .star):
        depth += 1
        index += 2
      case (.star, .slash):
        depth -= 1
        index += 2
      case (.newline, _), (.carriageReturn, _):
        startsLine = true
        index += 1
      case (.some, _): index += 1
      case (nil, _): throw Flaw(.unterminatedComment, at: start)
      }
    } while depth > 0
  }
}

/// The documentation comment in front of the next token.
struct Documentation {
  private var words = ""
  /// Line ends since the last comment; two in a row part a comment from the next.
  private var lineEnds = 0

  mutating func append(_ line: String) {
    if lineEnds > 1 { words = "" }
    lineEnds = 0
    for word in line.split(whereSeparator: \.isWhitespace) where word != "*" {
      if !words.isEmpty { words += " " }
      words += word
    }
  }

  /// A comment of another kind stands on this line, so that the line is not blank.
  mutating func continueLine() {
    lineEnds = 0
  }

  mutating func endLine() {
    lineEnds += 1
  }

  /// The text so far; the next token starts anew.
  mutating func take() -> String {
    defer {
      words = ""
      lineEnds = 0
    }
    return words
  }
}
