extension JSONSource {
  package mutating func open() throws(DecodeError) -> WireValue {
    switch try peek() {
    case UInt8(ascii: "{"): return try openMap()
    case UInt8(ascii: "["):
      try beginArray()
      var elements: [WireValue] = []
      while try nextElement() {
        do throws(DecodeError) {
          elements.append(try open())
        } catch {
          throw error.within(element: elements.count)
        }
      }
      return .array(elements)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try bool())
    case UInt8(ascii: "n"):
      _ = try null()
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try openNumber()
    default: throw mismatch("a value")
    }
  }

  private mutating func openMap() throws(DecodeError) -> WireValue {
    try beginMap()
    var members: [WireMember] = []
    var seen = SeenKeys()
    while let key = try nextKey() {
      // A key and its place among the others cost what another item costs.
      try budget.spend(at: keyOffset ?? position)
      guard seen.insert(.text(key), after: members.lazy.map(\.key)) else {
        throw DecodeError(.duplicateKey, at: keyOffset, "this key is given twice").within(key: key)
      }
      do throws(DecodeError) {
        members.append(WireMember(.text(key), try open()))
      } catch {
        throw error.within(key: key)
      }
    }
    return .map(members)
  }

  /// Takes one value of any shape, checking only its form.
  mutating func skip() throws(DecodeError) {
    switch try peek() {
    case UInt8(ascii: "{"):
      try beginMap()
      while try nextKey() != nil { try skip() }
    case UInt8(ascii: "["):
      try beginArray()
      while try nextElement() { try skip() }
    default: _ = try open()
    }
  }
}
