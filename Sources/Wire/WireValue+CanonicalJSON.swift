extension WireValue {
  /// The one JSON text of a value that hashes are taken over (RFC 8785).
  ///
  /// For values that JSON can hold exactly this is RFC 8785 to the letter. Beyond it: an integer
  /// above 2^53 keeps all its digits instead of being rounded, and what JSON lacks is written as
  /// `json()` does, with the pairs of a map without text keys in the order of RFC 8949 §4.2.1.
  package func canonicalJSON() -> [UInt8] {
    var sink = JSONSink()
    writeCanonical(into: &sink)
    return sink.finish()
  }

  /// Writes what `canonicalJSON` gives.
  package func writeCanonical(into sink: inout JSONSink) {
    switch self {
    case .double(let value):
      value.isFinite ? sink.number(ECMANumber.text(value)) : sink.null()
    case .array(let elements):
      sink.beginArray(count: elements.count)
      for element in elements { element.writeCanonical(into: &sink) }
      sink.endArray()
    case .map(let members): WireValue.writeCanonical(members, into: &sink)
    case .tagged(let tag, let content):
      (WireValue.plainText(tag, content) ?? content).writeCanonical(into: &sink)
    case .null, .undefined, .bool, .integer, .unsigned, .bigInteger, .text, .bytes, .simple:
      write(into: &sink)
    }
  }

  private static func writeCanonical(_ members: [WireMember], into sink: inout JSONSink) {
    guard hasTextKeys(members) else {
      sink.beginArray(count: members.count)
      for member in sorted(members) {
        array([member.key, member.value]).writeCanonical(into: &sink)
      }
      return sink.endArray()
    }
    sink.beginMap(count: members.count)
    let names = members.enumerated().map { CanonicalName($1.name ?? "", at: $0) }
    let isOrdered = names.indices.dropFirst().allSatisfy { !(names[$0] < names[$0 - 1]) }
    for name in isOrdered ? names : names.sorted() {
      sink.key(name.text)
      members[name.place].value.writeCanonical(into: &sink)
    }
    sink.endMap()
  }

  /// Whether every key is text.
  static func hasTextKeys(_ members: [WireMember]) -> Bool {
    members.allSatisfy { if case .text = $0.key { true } else { false } }
  }

  /// The members with their keys as text, or nil when a key is none.
  static func textKeyed(_ members: [WireMember]) -> [(key: String, value: WireValue)]? {
    var named: [(key: String, value: WireValue)] = []
    named.reserveCapacity(members.count)
    for member in members {
      guard case .text(let key) = member.key else { return nil }
      named.append((key, member.value))
    }
    return named
  }
}

/// A text key and where it stands in its map, in the order of UTF-16 code units (RFC 8785 §3.2.3).
///
/// That is the order of the bytes of UTF-8 but for letters above U+FFFF: in UTF-16 they come before
/// U+E000.
private struct CanonicalName: Comparable {
  let text: String
  let place: Int
  /// The first eight bytes, the first of them on top: what most names differ in.
  private let beginning: UInt64

  init(_ text: String, at place: Int) {
    (self.text, self.place) = (text, place)
    var beginning: UInt64 = 0
    let bytes = text.utf8.span
    for index in 0..<8 {
      beginning = beginning << 8 | UInt64(index < bytes.count ? bytes[index] : 0)
    }
    self.beginning = beginning
  }

  static func < (left: CanonicalName, right: CanonicalName) -> Bool {
    let difference = left.beginning ^ right.beginning
    guard difference == 0 else {
      let shift = 56 - difference.leadingZeroBitCount & ~7
      return precedes(
        UInt8(truncatingIfNeeded: left.beginning >> shift),
        UInt8(truncatingIfNeeded: right.beginning >> shift))
    }
    let (bytes, others) = (left.text.utf8.span, right.text.utf8.span)
    for index in 0..<min(bytes.count, others.count) where bytes[index] != others[index] {
      return precedes(bytes[index], others[index])
    }
    return bytes.count < others.count
  }

  /// Which of two bytes comes first that are the first to differ.
  private static func precedes(_ byte: UInt8, _ other: UInt8) -> Bool {
    let isTurned = min(byte, other) >= 0xEE && (byte >= 0xF0) != (other >= 0xF0)
    return isTurned ? byte > other : byte < other
  }
}
