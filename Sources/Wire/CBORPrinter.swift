/// Writes CBOR bytes in diagnostic notation.
struct CBORPrinter: ~Copyable {
  private var source: CBORSource
  private var output = ByteBuffer(capacity: 256)
  private let limits: DecodeLimits

  init(_ bytes: [UInt8], _ limits: DecodeLimits) {
    source = CBORSource(bytes, limits: limits)
    self.limits = limits
  }

  mutating func sequence() throws(DecodeError) -> String {
    while source.position < source.input.count {
      if source.position > 0 { output.append(UInt8(ascii: "\n")) }
      // The form is judged first: behind this check every head is one that an item can have.
      var form = CBORForm(source.input[source.position...], limits)
      _ = try form.item()
      try item()
    }
    // SAFETY: the bytes are copied before the borrow ends.
    return unsafe output.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }

  private mutating func item() throws(DecodeError) {
    let head = try source.head()
    switch head.major {
    case .unsigned:
      output.appendDecimal(head.argument)
      indicator(head)
    case .negative:
      negative(head.argument)
      indicator(head)
    case .bytes, .text: try string(head)
    case .array: try container(head, "[", "]")
    case .map: try container(head, "{", "}")
    case .tag: try tag(head)
    case .simple: simple(head)
    }
  }

  private mutating func negative(_ argument: UInt64) {
    // -1 - argument leaves 64 bits only for the largest argument.
    guard argument < .max else { return output.append("-18446744073709551616" as StaticString) }
    output.appendDecimal(argument + 1, isNegative: true)
  }

  /// Marks a head that is longer than its argument needs.
  private mutating func indicator(_ head: CBORHead) {
    guard head.additional >= 24, head.additional < 28,
      head.additional != CBORHead.shortest(head.argument)
    else { return }
    mark(head.additional)
  }

  private mutating func mark(_ additional: UInt8) {
    output.append(UInt8(ascii: "_"))
    output.append(additional - 24 + UInt8(ascii: "0"))
  }

  private mutating func string(_ head: CBORHead) throws(DecodeError) {
    guard head.isIndefinite else {
      try piece(head.major, source.stringRange(head))
      return indicator(head)
    }
    var count = 0
    while source.input[source.position] != 0xff {
      output.append(count == 0 ? "(_ " : ", ")
      count += 1
      let chunk = try source.head()
      try piece(head.major, source.stringRange(chunk))
      indicator(chunk)
    }
    source.position += 1
    if count > 0 {
      output.append(UInt8(ascii: ")"))
    } else {
      output.append(head.major == .text ? "\"\"_" : "''_")
    }
  }

  private mutating func piece(_ major: MajorType, _ range: Range<Int>) throws(DecodeError) {
    source.position = range.upperBound
    if major == .text {
      quote(try source.text(in: range))
    } else {
      hex("h'", source.input[range])
    }
  }

  /// Writes a text in quotes, with escapes for what would move the cursor of a terminal or turn the
  /// direction of its line.
  private mutating func quote(_ text: String) {
    guard text.unicodeScalars.contains(where: Self.movesCursor) else {
      return output.appendQuoted(text)
    }
    for scalar in String(decoding: text.json(), as: UTF8.self).unicodeScalars {
      guard Self.movesCursor(scalar) else {
        output.append([UInt8](String(scalar).utf8))
        continue
      }
      output.append("\\u" as StaticString)
      for shift in [12, 8, 4, 0] as [UInt32] {
        output.append(Hex.digit(UInt8(truncatingIfNeeded: scalar.value >> shift & 15)))
      }
    }
  }

  /// Controls of ISO 6429 beyond those that JSON escapes, and of bidirectional text.
  private static func movesCursor(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x7f...0x9f, 0x202a...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  private mutating func hex(_ prefix: StaticString, _ bytes: ArraySlice<UInt8>) {
    output.append(prefix)
    for byte in bytes {
      output.append(Hex.digit(byte >> 4))
      output.append(Hex.digit(byte & 15))
    }
    output.append(UInt8(ascii: "'"))
  }

  private mutating func container(
    _ head: CBORHead, _ open: StaticString, _ close: StaticString
  ) throws(DecodeError) {
    output.append(open)
    let start = output.count
    if head.isIndefinite { output.append("_" as StaticString) } else { indicator(head) }
    if output.count > start { output.append(UInt8(ascii: " ")) }
    var count: UInt64 = 0
    while head.isIndefinite ? source.input[source.position] != 0xff : count < head.argument {
      if count > 0 { output.append(", " as StaticString) }
      count += 1
      try item()
      if head.major == .map {
        output.append(": " as StaticString)
        try item()
      }
    }
    if head.isIndefinite { source.position += 1 }
    output.append(close)
  }

  private mutating func tag(_ head: CBORHead) throws(DecodeError) {
    if let digits = try bignum(head) { return output.append(digits) }
    output.appendDecimal(head.argument)
    indicator(head)
    output.append(UInt8(ascii: "("))
    try item()
    output.append(UInt8(ascii: ")"))
  }

  /// Takes the content of a bignum that our own sink would write so, and returns its digits; else
  /// takes nothing and returns nil.
  private mutating func bignum(_ head: CBORHead) throws(DecodeError) -> [UInt8]? {
    guard head.additional == 2 || head.additional == 3 else { return nil }
    var ahead = source
    let content = try ahead.head()
    guard content.major == .bytes, content.additional == CBORHead.shortest(content.argument),
      (9...UInt64(Decimal.bytesMax)).contains(content.argument)
    else { return nil }
    let range = try ahead.stringRange(content)
    guard source.input[range.lowerBound] != 0 else { return nil }
    let bytes = [UInt8](source.input[range])
    let isNegative = head.additional == 3
    let magnitude = isNegative ? Decimal.incremented(bytes) : bytes
    guard magnitude.count <= Decimal.bytesMax else { return nil }
    source.position = range.upperBound
    return Decimal.digits(negative: isNegative, magnitude: magnitude)
  }

  private mutating func simple(_ head: CBORHead) {
    switch head.additional {
    case 20: output.append("false" as StaticString)
    case 21: output.append("true" as StaticString)
    case 22: output.append("null" as StaticString)
    case 23: output.append("undefined" as StaticString)
    case 25, 26, 27: float(head)
    default:
      output.append("simple(" as StaticString)
      output.appendDecimal(head.argument)
      output.append(UInt8(ascii: ")"))
    }
  }

  private mutating func float(_ head: CBORHead) {
    guard let width = FloatWidth(rawValue: head.additional) else {
      preconditionFailure("not a float's head")
    }
    let value = width.value(head.argument)
    guard !value.isNaN else { return notANumber(head, width) }
    if value.isInfinite {
      output.append(value < 0 ? "-Infinity" as StaticString : "Infinity")
    } else {
      output.appendShortest(value)
    }
    if width != FloatWidth.shortest(value) { mark(head.additional) }
  }

  private mutating func notANumber(_ head: CBORHead, _ width: FloatWidth) {
    guard head.argument == width.quietNaN else {
      let bytes = (0..<width.bytes).reversed().map {
        UInt8(truncatingIfNeeded: head.argument >> UInt64(8 * $0))
      }
      return hex("float'", bytes[...])
    }
    output.append("NaN" as StaticString)
    if width != .half { mark(head.additional) }
  }
}
