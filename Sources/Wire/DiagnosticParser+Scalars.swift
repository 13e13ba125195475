extension DiagnosticParser {
  mutating func text() throws(DecodeError) {
    let start = source.position
    let text = [UInt8](try source.text(of: source.string()).utf8)
    try string(.text, text, at: start)
  }

  /// Takes `'text'`: a byte string written as its UTF-8.
  mutating func quotedBytes() throws(DecodeError) {
    let start = source.position
    try string(.bytes, quoted(), at: start)
  }

  /// Takes a word: a named simple value, a float without digits, or a byte string with its base in
  /// front.
  mutating func word() throws(DecodeError) {
    let start = source.position
    for (word, initial) in DiagnosticParser.simples where take(word) {
      return output.append(initial)
    }
    for (word, value) in DiagnosticParser.floats where take(word) {
      return try float(value, at: start)
    }
    for (prefix, base) in DiagnosticParser.bases where take(prefix) {
      let content = source.position - 1
      source.position = content
      guard let bytes = base.bytes(try quoted()) else {
        throw DecodeError(.badBytes, at: content, "not in the base that is named")
      }
      return try string(.bytes, bytes, at: start)
    }
    if take("simple(") { return try simple(at: start) }
    if take("float'") {
      source.position -= 1
      return try rawFloat(at: start)
    }
    throw DecodeError(.unexpectedByte, at: start, "no value begins so")
  }

  // swift-format-ignore
  private static let simples: [(StaticString, UInt8)] = [
    ("false", 0xf4), ("true", 0xf5), ("null", 0xf6), ("undefined", 0xf7),
  ]

  // swift-format-ignore
  private static let floats: [(StaticString, Double)] = [
    ("NaN", .nan), ("Infinity", .infinity),
  ]

  // swift-format-ignore
  private static let bases: [(StaticString, DiagnosticBase)] = [
    ("h'", .base16), ("b64'", .base64), ("b32'", .base32), ("h32'", .base32Hex),
  ]

  mutating func number() throws(DecodeError) {
    let start = source.position
    if take("-Infinity") { return try float(-.infinity, at: start) }
    let token = try source.number()
    guard token.isInteger else { return try float(source.double(of: token), at: start) }
    switch try source.integerValue(of: token) {
    case .integer(let value) where value < 0:
      try head(.negative, UInt64(bitPattern: ~value), indicator(), at: start)
    case .integer(let value): try unsigned(UInt64(value), at: start)
    case .unsigned(let value): try unsigned(value, at: start)
    case let value: try bigInteger(value, at: start)
    }
  }

  private mutating func unsigned(_ value: UInt64, at start: Int) throws(DecodeError) {
    let width = try indicator()
    guard take("(") else { return try head(.unsigned, value, width, at: start) }
    try tagged(value, width, at: start)
  }

  private mutating func bigInteger(_ value: WireValue, at start: Int) throws(DecodeError) {
    let encoded = value.cbor()
    guard let width = try indicator() else { return output.append(encoded) }
    // Of what leaves `Int64` only the lower half of major type 1 has a head that can be widened.
    guard encoded[0] >> 5 == MajorType.negative.rawValue, width == 27 else {
      throw DecodeError(.outOfRange, at: start, "the number does not fit in the width marked")
    }
    output.append(encoded)
  }

  private mutating func float(_ value: Double, at start: Int) throws(DecodeError) {
    guard let marked = try indicator() else { return output.appendShortestFloat(value) }
    guard let width = FloatWidth(rawValue: marked), let bits = width.bits(value) else {
      throw DecodeError(.outOfRange, at: start, "the number does not fit in the width marked")
    }
    output.append(MajorType.simple.rawValue << 5 | marked, bits, width: width.bytes)
  }

  /// Takes the bits of a float as base 16, which is how a NaN with a payload is written.
  private mutating func rawFloat(at start: Int) throws(DecodeError) {
    guard let bytes = DiagnosticBase.base16.bytes(try quoted()),
      let width = [FloatWidth.half, .single, .double].first(where: { $0.bytes == bytes.count })
    else { throw DecodeError(.badBytes, at: start, "a float has 2, 4 or 8 bytes") }
    output.append(MajorType.simple.rawValue << 5 | width.rawValue)
    output.append(bytes)
  }

  private mutating func simple(at start: Int) throws(DecodeError) {
    guard let next, next &- UInt8(ascii: "0") < 10 else {
      throw DecodeError(.unexpectedByte, at: source.position, "expected a number")
    }
    let token = try source.number()
    guard token.isInteger, case .integer(let value) = try source.integerValue(of: token),
      (0..<24).contains(value) || (32..<256).contains(value)
    else { throw DecodeError(.outOfRange, at: start, "simple values are 0 to 23 and 32 to 255") }
    try expect(")")
    output.appendHead(.simple, UInt64(value))
  }

  /// Writes a string with what is marked behind it: a width, or that it is indefinite and empty.
  private mutating func string(
    _ major: MajorType, _ bytes: [UInt8], at start: Int
  ) throws(DecodeError) {
    guard bytes.isEmpty, next == UInt8(ascii: "_"), !isWidthMarked else {
      try head(major, UInt64(bytes.count), indicator(), at: start)
      return output.append(bytes)
    }
    source.position += 1
    output.append(major.rawValue << 5 | 31)
    output.append(0xff)
  }

  private var isWidthMarked: Bool {
    let index = source.position + 1
    return index < source.input.count && source.input[index] &- UInt8(ascii: "0") < 10
  }

  /// Takes the inside of single quotes, where a backslash keeps the byte behind it.
  private mutating func quoted() throws(DecodeError) -> [UInt8] {
    source.position += 1
    var bytes: [UInt8] = []
    while let byte = next {
      source.position += 1
      guard byte != UInt8(ascii: "'") else { return bytes }
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = next, escaped == UInt8(ascii: "'") || escaped == byte else {
        throw DecodeError(.badEscape, at: source.position, "only ' and \\ are escaped here")
      }
      source.position += 1
      bytes.append(escaped)
    }
    throw end()
  }
}
