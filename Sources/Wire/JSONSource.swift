/// Reads JSON (RFC 8259) strictly, part by part.
///
/// Duplicate keys, lone surrogates, control characters, invalid UTF-8 and trailing bytes are
/// refused, and no integer is ever rounded.
package struct JSONSource: Source {
  let input: [UInt8]
  var position = 0
  package private(set) var keyOffset: Int? = nil
  private var isFirst = true
  var budget: ReadBudget

  /// A source at the beginning of `input`; within `limits` nothing costs more than its length.
  package init(_ input: [UInt8], limits: DecodeLimits = .standard) {
    self.input = input
    budget = ReadBudget(limits)
  }

  package var offset: Int? { skippingSpace(from: position) }

  /// Refuses whatever follows the value but whitespace.
  package mutating func finish() throws(DecodeError) {
    skipSpace()
    guard position == input.count else {
      throw DecodeError(.trailingBytes, at: position, "there is more after the value")
    }
  }

  package mutating func null() throws(DecodeError) -> Bool {
    guard try peek() == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  package mutating func bool() throws(DecodeError) -> Bool {
    switch try peek() {
    case UInt8(ascii: "t"):
      try word("true")
      return true
    case UInt8(ascii: "f"):
      try word("false")
      return false
    default: throw mismatch(Expected.boolean)
    }
  }

  package mutating func beginMap() throws(DecodeError) {
    try begin(UInt8(ascii: "{"), Expected.map)
  }
  package mutating func beginArray() throws(DecodeError) {
    try begin(UInt8(ascii: "["), Expected.array)
  }

  package mutating func nextField(_ table: FieldTable, next: Int) throws(DecodeError) -> Int? {
    guard try follows(UInt8(ascii: "}")) else { return nil }
    keyOffset = position
    if let (index, count) = table.jsonField(next, in: input, at: position) {
      position += count
      return index
    }
    return try anyField(table, next: next)
  }

  /// The field whose key is at the position, however it is written.
  private mutating func anyField(_ table: FieldTable, next: Int) throws(DecodeError) -> Int {
    let start = position
    let token = try string()
    let found =
      token.hasEscapes
      ? table.index(of: try text(of: token), next: next)
      : table.index(of: input, token.range, next: next)
    guard let found else {
      throw DecodeError(.unknownField, at: start, "no such field")
        .within(key: try text(of: token))
    }
    try colon()
    return found
  }

  package mutating func nextKey() throws(DecodeError) -> String? {
    guard try follows(UInt8(ascii: "}")) else { return nil }
    keyOffset = position
    let token = try string()
    let key = try text(of: token)
    try colon()
    return key
  }

  package mutating func nextElement() throws(DecodeError) -> Bool {
    try follows(UInt8(ascii: "]"))
  }
}

extension JSONSource {
  /// The next byte that is not whitespace.
  @inline(__always)
  mutating func peek() throws(DecodeError) -> UInt8 {
    skipSpace()
    guard position < input.count else {
      throw DecodeError(.endOfInput, at: input.count, "the text ends too early")
    }
    return input[position]
  }

  @inline(__always)
  mutating func skipSpace() {
    if position < input.count, input[position] <= 0x20 { position = skippingSpace(from: position) }
  }

  func skippingSpace(from start: Int) -> Int {
    var index = start
    while index < input.count {
      switch input[index] {
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      default: return index
      }
    }
    return index
  }

  /// What is wrong when the byte at the position does not begin what was asked for.
  func mismatch(_ expected: StaticString) -> DecodeError {
    switch input[position] {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "n"):
      DecodeError(.wrongType, at: position, "expected \(expected)")
    default: DecodeError(.unexpectedByte, at: position, "no value begins with this byte")
    }
  }

  private mutating func word(_ word: StaticString) throws(DecodeError) {
    let start = position
    for index in 0..<word.utf8CodeUnitCount {
      guard position < input.count else {
        throw DecodeError(.endOfInput, at: input.count, "the text ends too early")
      }
      // SAFETY: a static string with a pointer representation, and an index below its length.
      guard input[position] == (unsafe word.utf8Start[index]) else {
        throw DecodeError(.unexpectedByte, at: position, "no word of JSON")
      }
      position = start + index + 1
    }
  }

  private mutating func begin(_ bracket: UInt8, _ name: StaticString) throws(DecodeError) {
    guard try peek() == bracket else { throw mismatch(name) }
    try budget.descend(at: position)
    position += 1
    isFirst = true
  }

  /// Whether another part follows in the container that `bracket` ends; takes the comma or the end.
  @inline(__always)
  private mutating func follows(_ bracket: UInt8) throws(DecodeError) -> Bool {
    var byte = try peek()
    if byte == bracket {
      position += 1
      isFirst = false
      budget.ascend()
      return false
    }
    if !isFirst {
      guard byte == UInt8(ascii: ",") else {
        throw DecodeError(.unexpectedByte, at: position, "expected a comma or the end")
      }
      position += 1
      byte = try peek()
      guard byte != bracket else {
        throw DecodeError(.unexpectedByte, at: position, "nothing follows the comma")
      }
    }
    isFirst = false
    try budget.spend(at: position)
    return true
  }

  @inline(__always)
  private mutating func colon() throws(DecodeError) {
    guard try peek() == UInt8(ascii: ":") else {
      throw DecodeError(.unexpectedByte, at: position, "expected a colon")
    }
    position += 1
  }
}
