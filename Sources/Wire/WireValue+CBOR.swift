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
    case .map(let members): WireValue.write(members, into: &sink)
    case .tagged(let tag, let content):
      sink.buffer.appendHead(.tag, tag)
      content.write(into: &sink)
    case .simple(let value): sink.buffer.appendHead(.simple, UInt64(value))
    }
  }

  private static func write(_ members: [WireMember], into sink: inout CBORSink) {
    sink.beginMap(count: members.count)
    guard let named = textKeyed(members) else { return writeSorting(members, into: &sink) }
    let keys = named.map(\.key)
    let isSorted = zip(keys, keys.dropFirst()).allSatisfy { KeyOrder.precedes($0, $1) }
    let ordered = isSorted ? named : named.sorted { KeyOrder.precedes($0.key, $1.key) }
    for (key, value) in ordered {
      sink.key(key)
      value.write(into: &sink)
    }
  }

  /// Writes members with keys of any kind as they come, and sorts what was written.
  ///
  /// Encoding a key only to compare it would encode what is inside of it again at every level, and
  /// so take time that doubles with each.
  private static func writeSorting(_ members: [WireMember], into sink: inout CBORSink) {
    var places: [Range<Int>] = []
    for member in members {
      let start = sink.buffer.count
      member.key.write(into: &sink)
      member.value.write(into: &sink)
      places.append(start..<sink.buffer.count)
    }
    sink.buffer.sort(places)
  }

  /// The members in the bytewise order of their encoded keys (RFC 8949 §4.2.1).
  static func sorted(_ members: [WireMember]) -> [WireMember] {
    let encoded = members.map { (key: $0.key.cbor(), member: $0) }
    return encoded.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.member)
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
