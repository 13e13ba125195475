extension Lexer {
  /// Where the scanner of a string literal is: in text or in the code of an interpolation.
  private enum Frame {
    case text(hashes: Int, isMultiline: Bool)
    case code(parentheses: Int)
  }

  private func hashes(at distance: Int = 0) -> Int {
    var count = 0
    while peek(distance + count) == .hash { count += 1 }
    return count
  }

  /// Whether `"`, `#"`, `##"` … stands here.
  var isAtString: Bool { peek(hashes()) == .quote }

  /// Whether `#/`, `##/` … stands here.
  var isAtExtendedRegex: Bool { peek(hashes()) == .slash }

  /// Takes a whole string literal with all that is interpolated into it.
  mutating func scanString() throws(Flaw) -> Token.Kind {
    let start = index
    var frames = [openString()]
    var hasEscapes = false
    while let frame = frames.last {
      guard let byte = peek() else { throw Flaw(.unterminatedString, at: start) }
      guard frames.count <= Limits.interpolationMax else {
        throw Flaw(.interpolationTooDeep, at: index)
      }
      switch frame {
      case .text(let hashes, let isMultiline):
        hasEscapes = hasEscapes || byte == .backslash
        if !isMultiline, byte == .newline || byte == .carriageReturn {
          throw Flaw(.unterminatedString, at: start)
        }
        stepText(byte, hashes: hashes, isMultiline: isMultiline, frames: &frames)
      case .code(let parentheses):
        try stepCode(byte, parentheses: parentheses, frames: &frames)
      }
    }
    return .string(plain: hasEscapes ? nil : plainValue(from: start))
  }

  /// The value of a literal without escapes, unless it is raw or has several lines.
  private func plainValue(from start: Int) -> String? {
    let literal = file.bytes[start..<index]
    guard literal.first == .quote, !literal.starts(with: [.quote, .quote, .quote]) else {
      return nil
    }
    return file.text((start + 1)..<(index - 1))
  }

  private mutating func openString() -> Frame {
    let hashes = hashes()
    index += hashes
    let isTriple = peek() == .quote && peek(1) == .quote && peek(2) == .quote
    // `#"""#` is one line: a quote between `#"` and `"#`.
    let isMultiline = isTriple && !(hashes > 0 && closesOnLine(hashes: hashes))
    index += isMultiline ? 3 : 1
    return .text(hashes: hashes, isMultiline: isMultiline)
  }

  private func closesOnLine(hashes wanted: Int) -> Bool {
    var distance = 1
    while let byte = peek(distance), byte != .newline, byte != .carriageReturn {
      if byte == .quote, hashes(at: distance + 1) >= wanted { return true }
      distance += 1
    }
    return false
  }

  private mutating func stepText(
    _ byte: UInt8, hashes wanted: Int, isMultiline: Bool, frames: inout [Frame]
  ) {
    if byte == .backslash, hashes(at: 1) >= wanted {
      index += 1 + wanted
      if peek() == UInt8(ascii: "(") {
        index += 1
        frames.append(.code(parentheses: 1))
      } else if peek() == .quote || peek() == .backslash {
        index += 1
      }
    } else if byte == .quote, !isMultiline || peek(1) == .quote && peek(2) == .quote,
      hashes(at: isMultiline ? 3 : 1) >= wanted
    {
      index += (isMultiline ? 3 : 1) + wanted
      frames.removeLast()
    } else {
      index += 1
    }
  }

  private mutating func stepCode(
    _ byte: UInt8, parentheses: Int, frames: inout [Frame]
  ) throws(Flaw) {
    switch byte {
    case UInt8(ascii: "("):
      frames[frames.count - 1] = .code(parentheses: parentheses + 1)
      index += 1
    case UInt8(ascii: ")"):
      if parentheses == 1 {
        frames.removeLast()
      } else {
        frames[frames.count - 1] = .code(parentheses: parentheses - 1)
      }
      index += 1
    case .quote: frames.append(openString())
    case .hash where isAtString: frames.append(openString())
    case .slash where peek(1) == .star: try skipBlockComment()
    case .slash where peek(1) == .slash: skipLine()
    default: index += 1
    }
  }

  /// Takes `#/…/#`, which may have several lines.
  mutating func scanExtendedRegex() throws(Flaw) -> Token.Kind {
    let start = index
    let wanted = hashes()
    index += wanted + 1
    while let byte = peek() {
      if byte == .slash, hashes(at: 1) >= wanted {
        index += 1 + wanted
        return .regex
      }
      index += byte == .backslash ? 2 : 1
    }
    index = file.bytes.count
    throw Flaw(.unterminatedString, at: start)
  }
}
