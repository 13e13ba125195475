extension WireValue {
  /// Writes the value deterministically, sorting each map by its encoded keys.
  func write(into sink: inout CBORSink) {
    switch self {
    case .null: sink.null()
    case .undefined: sink.buffer.append(0xf7)
    case .bool(let value): sink.bool(value)
    case .integer(let value): sink.integer(value)
    case .unsigned(let value): sink.unsigned(value)
    case .bigInteger(let negative, let magnitude): sink.bigInteger(negative, magnitude)
    case .double(let value): sink.double(value)
    case .text(let value): sink.text(value)
    case .bytes(let value): sink.bytes(value)
    case .array(let elements):
      sink.beginArray(count: elements.count)
      for element in elements { element.write(into: &sink) }
    case .map(let members):
      sink.beginMap(count: members.count)
      for member in WireValue.sorted(members) {
        member.key.write(into: &sink)
        member.value.write(into: &sink)
      }
    case .tagged(let tag, let content):
      sink.buffer.appendHead(.tag, tag)
      content.write(into: &sink)
    case .simple(let value): sink.buffer.appendHead(.simple, UInt64(value))
    }
  }

  /// The members in the bytewise order of their encoded keys (RFC 8949 §4.2.1).
  static func sorted(_ members: [WireMember]) -> [WireMember] {
    guard members.count > 1 else { return members }
    if let named = textKeyed(members) {
      guard !isSorted(named.map(\.key)) else { return members }
      return named.sorted { KeyOrder.precedes($0.key, $1.key) }
        .map { WireMember(.text($0.key), $0.value) }
    }
    let encoded = members.map { (key: $0.key.cbor(), member: $0) }
    return encoded.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.member)
  }

  private static func isSorted(_ keys: [String]) -> Bool {
    zip(keys, keys.dropFirst()).allSatisfy { KeyOrder.precedes($0, $1) }
  }
}

extension CBORSink {
  /// RFC 8949 §3.4.3 and §4.2.1: tags 2 and 3 only for what major types 0 and 1 cannot hold.
  mutating func bigInteger(_ isNegative: Bool, _ magnitude: [UInt8]) {
    // A negative n is kept as -1 - n: the absolute value less one.
    let argument = isNegative ? Decimal.decremented(magnitude) : magnitude
    let digits = argument.drop { $0 == 0 }
    guard digits.count > 8 else {
      let value = digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return buffer.appendHead(isNegative ? .negative : .unsigned, value)
    }
    buffer.appendHead(.tag, isNegative ? 3 : 2)
    bytes([UInt8](digits))
  }
}
