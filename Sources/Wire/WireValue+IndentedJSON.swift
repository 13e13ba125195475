extension WireValue {
  /// The value as JSON that people read: each part in a line of its own, but for those that hold
  /// nothing but plain values.
  package func indentedJSON() -> [UInt8] {
    var bytes: [UInt8] = []
    write(indented: 0, into: &bytes)
    return bytes
  }

  private func write(indented depth: Int, into bytes: inout [UInt8]) {
    switch self {
    case .array(let elements) where elements.contains(where: \.hasParts):
      WireValue.write(elements, "[", "]", depth, into: &bytes) { element, bytes in
        element.write(indented: depth + 1, into: &bytes)
      }
    case .map(let members) where members.contains { $0.value.hasParts }:
      guard let named = WireValue.textKeyed(members) else {
        bytes += json()
        return
      }
      WireValue.write(named, "{", "}", depth, into: &bytes) { member, bytes in
        bytes += WireValue.text(member.key).json()
        bytes += ": ".utf8
        member.value.write(indented: depth + 1, into: &bytes)
      }
    default: bytes += json()
    }
  }

  private static func write<Part>(
    _ parts: [Part], _ begin: StaticString, _ end: StaticString, _ depth: Int,
    into bytes: inout [UInt8], _ write: (Part, inout [UInt8]) -> Void
  ) {
    let line = "\n" + String(repeating: "  ", count: depth)
    bytes += "\(begin)".utf8
    for (index, part) in parts.enumerated() {
      bytes += "\(index == 0 ? "" : ",")\(line)  ".utf8
      write(part, &bytes)
    }
    bytes += "\(line)\(end)".utf8
  }

  /// Whether it is a map or an array with something in it.
  private var hasParts: Bool {
    switch self {
    case .array(let elements): !elements.isEmpty
    case .map(let members): !members.isEmpty
    default: false
    }
  }
}
