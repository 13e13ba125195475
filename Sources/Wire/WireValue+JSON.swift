extension WireValue {
  /// Writes the value as JSON (RFC 8949 §6.1).
  ///
  /// A map with a key that is not text is written as an array of `[key, value]` pairs in the order
  /// of RFC 8949 §4.2.1, so that no two keys can fall together; undefined and unnamed simple values
  /// are `null`; a tag leaves its content.
  func write(into sink: inout JSONSink) {
    switch self {
    case .null, .undefined, .simple: sink.null()
    case .bool(let value): sink.bool(value)
    case .integer(let value): sink.integer(value)
    case .unsigned(let value): sink.unsigned(value)
    case .bigInteger(let negative, let magnitude):
      sink.number(Decimal.digits(negative: negative, magnitude: magnitude))
    case .double(let value): sink.double(value)
    case .text(let value): sink.text(value)
    case .bytes(let value): sink.bytes(value)
    case .array(let elements):
      sink.beginArray(count: elements.count)
      for element in elements { element.write(into: &sink) }
      sink.endArray()
    case .map(let members): WireValue.write(members, into: &sink)
    case .tagged(let tag, let content):
      (WireValue.plainText(tag, content) ?? content).write(into: &sink)
    }
  }

  private static func write(_ members: [WireMember], into sink: inout JSONSink) {
    guard hasTextKeys(members) else {
      sink.beginArray(count: members.count)
      for member in sorted(members) { array([member.key, member.value]).write(into: &sink) }
      return sink.endArray()
    }
    sink.beginMap(count: members.count)
    for member in members {
      if let name = member.name { sink.key(name) }
      member.value.write(into: &sink)
    }
    sink.endMap()
  }

  /// Whether every key is text.
  private static func hasTextKeys(_ members: [WireMember]) -> Bool {
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

  /// What a tagged value is as plain text: a UUID (tag 37) has a form that people read.
  static func plainText(_ tag: UInt64, _ content: WireValue) -> WireValue? {
    guard tag == Tag.uuid, case .bytes(let bytes) = content else { return nil }
    return UUIDText.text(bytes).map(WireValue.text)
  }
}
