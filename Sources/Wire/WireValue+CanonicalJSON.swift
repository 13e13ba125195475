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
    // RFC 8785 §3.2.3: the order is that of UTF-16 code units.
    for (key, value) in named.sorted(by: { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }) {
      sink.key(key)
      value.writeCanonical(into: &sink)
    }
    sink.endMap()
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
