extension WireValue: Hashable {
  /// Equality of values as RFC 8949 §2 has it: 1 and 1.0 differ, all NaNs are one, and a map's
  /// order does not count.
  package static func == (left: WireValue, right: WireValue) -> Bool {
    switch left {
    case .null: if case .null = right { true } else { false }
    case .undefined: if case .undefined = right { true } else { false }
    case .bool(let value): if case .bool(let other) = right { value == other } else { false }
    case .integer(let value): if case .integer(let other) = right { value == other } else { false }
    case .unsigned(let value):
      if case .unsigned(let other) = right { value == other } else { false }
    case .bigInteger(let negative, let magnitude):
      if case .bigInteger(negative, magnitude) = right { true } else { false }
    case .double(let value):
      if case .double(let other) = right { isSame(value, other) } else { false }
    case .text(let value):
      if case .text(let other) = right { value.utf8.elementsEqual(other.utf8) } else { false }
    case .bytes(let value): if case .bytes(let other) = right { value == other } else { false }
    case .array(let value): if case .array(let other) = right { value == other } else { false }
    case .map(let value): if case .map(let other) = right { isSame(value, other) } else { false }
    case .tagged(let tag, let content):
      if case .tagged(tag, let other) = right { content == other } else { false }
    case .simple(let value): if case .simple(let other) = right { value == other } else { false }
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .undefined: hasher.combine(1)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .unsigned(let value): hasher.combine(value)
    case .bigInteger(let negative, let magnitude):
      hasher.combine(negative)
      hasher.combine(magnitude)
    case .double(let value): hasher.combine(value.isNaN ? Double.nan.bitPattern : value.bitPattern)
    case .text(let value): WireValue.hash(value, into: &hasher)
    case .bytes(let value): hasher.combine(value)
    case .array(let elements): hasher.combine(elements)
    case .map(let members):
      // The sum does not depend on the order.
      hasher.combine(members.reduce(0) { $0 &+ $1.hashValue })
    case .tagged(let tag, let content):
      hasher.combine(tag)
      hasher.combine(content)
    case .simple(let value): hasher.combine(value)
    }
  }

  /// Hashes the bytes: `String` compares by canonical equivalence, and on the wire é and e with an
  /// accent are two keys.
  private static func hash(_ text: String, into hasher: inout Hasher) {
    // SAFETY: the pointer is used only inside the closure.
    let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    guard done == nil else { return }
    for byte in text.utf8 { hasher.combine(byte) }
  }

  private static func isSame(_ left: Double, _ right: Double) -> Bool {
    left.bitPattern == right.bitPattern || left.isNaN && right.isNaN
  }

  private static func isSame(_ left: [WireMember], _ right: [WireMember]) -> Bool {
    guard left.count == right.count else { return false }
    if left == right { return true }
    var values: [WireValue: WireValue] = [:]
    for member in left { values[member.key] = member.value }
    return right.allSatisfy { values.removeValue(forKey: $0.key) == $0.value }
  }
}
