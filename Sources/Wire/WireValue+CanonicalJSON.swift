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

  private func writeCanonical(into sink: inout JSONSink) {
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
    guard let named = textKeyed(members) else {
      sink.beginArray(count: members.count)
      for member in sorted(members) {
        array([member.key, member.value]).writeCanonical(into: &sink)
      }
      return sink.endArray()
    }
    sink.beginMap(count: members.count)
    for (key, value) in inOrder(named) {
      sink.key(key)
      value.writeCanonical(into: &sink)
    }
    sink.endMap()
  }

  /// The members in the order of their keys; most maps are made in it.
  private static func inOrder(
    _ members: [(key: String, value: WireValue)]
  ) -> [(key: String, value: WireValue)] {
    let isOrdered = members.indices.dropFirst().allSatisfy {
      !precedes(members[$0].key, members[$0 - 1].key)
    }
    return isOrdered ? members : members.sorted { precedes($0.key, $1.key) }
  }

  /// Whether a text comes first in the order of UTF-16 code units (RFC 8785 §3.2.3), which is that
  /// of the bytes of UTF-8 but for letters above U+FFFF: in UTF-16 they come before U+E000.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    var others = right.utf8.makeIterator()
    for byte in left.utf8 {
      guard let other = others.next() else { return false }
      guard byte != other else { continue }
      let isTurned = min(byte, other) >= 0xEE && (byte >= 0xF0) != (other >= 0xF0)
      return isTurned ? byte > other : byte < other
    }
    return others.next() != nil
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
