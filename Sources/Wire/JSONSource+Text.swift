/// The inside of a JSON string as it stands in the input.
struct JSONString {
  let range: Range<Int>
  let hasEscapes: Bool
}

extension JSONSource {
  package mutating func text() throws(DecodeError) -> String {
    guard try peek() == UInt8(ascii: "\"") else { throw mismatch(Expected.text) }
    let token = try string()
    return try text(of: token)
  }

  package mutating func choice(_ table: FieldTable) throws(DecodeError) -> Int {
    guard try peek() == UInt8(ascii: "\"") else { throw mismatch(Expected.text) }
    let start = position
    let token = try string()
    let found =
      token.hasEscapes
      ? table.index(of: try text(of: token), next: 0)
      : table.index(of: input, token.range, next: 0)
    guard let found else { throw table.notAChoice(at: start) }
    return found
  }

  package mutating func timestamp() throws(DecodeError) -> Timestamp {
    guard try peek() == UInt8(ascii: "\"") else { throw mismatch(Expected.text) }
    let start = position
    let token = try string()
    let time =
      token.hasEscapes
      ? Timestamp(checking: try text(of: token))
      : Timestamp(checking: input.span.extracting(token.range))
    guard let time else { throw Timestamp.refusal(at: start) }
    return time
  }

  package mutating func bytes() throws(DecodeError) -> [UInt8] {
    guard try peek() == UInt8(ascii: "\"") else { throw mismatch("a string of base64url") }
    let start = position
    let token = try string()
    guard !token.hasEscapes, let bytes = Base64URL.bytes(input.span.extracting(token.range)) else {
      throw DecodeError(.badBytes, at: start, "not base64url without padding")
    }
    return bytes
  }

  /// Takes a string whose opening quote is at the position.
  mutating func string() throws(DecodeError) -> JSONString {
    guard position < input.count, input[position] == UInt8(ascii: "\"") else {
      throw DecodeError(.unexpectedByte, at: position, "expected \(Expected.text)")
    }
    let start = position + 1
    var index = start
    var hasEscapes = false
    while true {
      index = indexOfSpecial(from: index)
      guard index < input.count else {
        throw DecodeError(.endOfInput, at: input.count, "a string without its end")
      }
      switch input[index] {
      case UInt8(ascii: "\""):
        position = index + 1
        return JSONString(range: start..<index, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        // The byte behind a backslash is never the string's end; `unescaped` judges it.
        index += 2
      default:
        throw DecodeError(.controlCharacter, at: index, "a control character must be escaped")
      }
    }
  }

  @inline(__always)
  private func indexOfSpecial(from start: Int) -> Int {
    JSONBytes.firstSpecial(in: input.span, from: start)
  }

  /// The text that `token` stands for.
  func text(of token: JSONString) throws(DecodeError) -> String {
    guard !token.hasEscapes else { return try unescaped(token.range) }
    guard let text = String(utf8: input.span.extracting(token.range)) else {
      throw invalidUTF8(in: token.range)
    }
    return text
  }

  private func invalidUTF8(in range: Range<Int>) -> DecodeError {
    DecodeError(
      .invalidUTF8, at: UTF8Check.firstFault(in: input[range]) ?? range.lowerBound,
      "this is not UTF-8")
  }

  private func unescaped(_ range: Range<Int>) throws(DecodeError) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      // What is special inside of a string's quotes is a backslash.
      let end = min(indexOfSpecial(from: index), range.upperBound)
      output += input[index..<end]
      index = end
      guard index < range.upperBound else { break }
      index = try appendEscape(at: index, before: range.upperBound, to: &output)
    }
    guard let text = String(utf8: output.span) else { throw invalidUTF8(in: range) }
    return text
  }

  /// Appends what the escape at `start` stands for and returns the index behind it.
  private func appendEscape(
    at start: Int, before end: Int, to output: inout [UInt8]
  ) throws(DecodeError) -> Int {
    switch input[start + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(input[start + 1])
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0c)
    case UInt8(ascii: "n"): output.append(0x0a)
    case UInt8(ascii: "r"): output.append(0x0d)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      let (scalar, length) = try unicodeEscape(at: start, before: end)
      output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      return start + length
    default: throw DecodeError(.badEscape, at: start + 1, "no such escape")
    }
    return start + 2
  }

  private func unicodeEscape(
    at start: Int, before end: Int
  ) throws(DecodeError) -> (Unicode.Scalar, length: Int) {
    let high = try codeUnit(at: start, before: end)
    if let scalar = Unicode.Scalar(high) { return (scalar, 6) }
    let next = start + 6
    guard UTF16.isLeadSurrogate(high), next + 1 < end, input[next] == UInt8(ascii: "\\"),
      input[next + 1] == UInt8(ascii: "u")
    else { throw DecodeError(.loneSurrogate, at: start, "half of a surrogate pair") }
    let low = try codeUnit(at: next, before: end)
    let code = 0x10000 + (UInt32(high) & 0x3ff) << 10 + (UInt32(low) & 0x3ff)
    guard UTF16.isTrailSurrogate(low), let scalar = Unicode.Scalar(code) else {
      throw DecodeError(.loneSurrogate, at: start, "half of a surrogate pair")
    }
    return (scalar, 12)
  }

  /// The four hexadecimal digits of the `\u` escape at `start`.
  private func codeUnit(at start: Int, before end: Int) throws(DecodeError) -> UInt16 {
    var unit: UInt16 = 0
    for index in start + 2..<start + 6 {
      guard index < end, let digit = Hex.value(input[index]) else {
        throw DecodeError(.badEscape, at: min(index, end), "four hexadecimal digits belong here")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
