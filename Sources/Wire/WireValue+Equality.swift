extension WireValue: Hashable {
  /// Equality of values as RFC 8949 §2 has it: 1 and 1.0 differ, all NaNs are one, and a map's
  /// order does not count.
  package static func == (left: WireValue, right: WireValue) -> Bool {
    switch likeness(left, right) {
    case .same: true
    case .different: false
    case .undecided: left.cbor() == right.cbor()
    }
  }

  /// What comparing two values part by part, in order, says about them.
  private enum Likeness {
    case same
    case different
    /// The keys of a map differ or come in another order.
    ///
    /// Looking keys up would compare some of them again, and what is inside of them at every level:
    /// time that doubles with each. Equal values are equal bytes, which are made once.
    case undecided
  }

  private static func likeness(_ left: WireValue, _ right: WireValue) -> Likeness {
    switch left {
    case .array(let value):
      guard case .array(let other) = right else { return .different }
      return likeness(value, other)
    case .map(let value):
      guard case .map(let other) = right else { return .different }
      return likeness(value, other)
    case .tagged(let tag, let content):
      guard case .tagged(tag, let other) = right else { return .different }
      return likeness(content, other)
    case .null, .undefined, .bool, .integer, .unsigned, .bigInteger, .double, .text, .bytes,
      .simple:
      return isSame(left, right) ? .same : .different
    }
  }

  private static func likeness(_ left: [WireValue], _ right: [WireValue]) -> Likeness {
    guard left.count == right.count else { return .different }
    for (value, other) in zip(left, right) {
      let likeness = likeness(value, other)
      guard likeness == .same else { return likeness }
    }
    return .same
  }

  private static func likeness(_ left: [WireMember], _ right: [WireMember]) -> Likeness {
    guard left.count == right.count else { return .different }
    for (member, other) in zip(left, right) {
      guard likeness(member.key, other.key) == .same else { return .undecided }
      let likeness = likeness(member.value, other.value)
      guard likeness == .same else { return likeness }
    }
    return .same
  }

  /// Whether two values are the same one, where `left` has no parts.
  private static func isSame(_ left: WireValue, _ right: WireValue) -> Bool {
    switch left {
    case .null: if case .null = right { true } else { false }
    case .undefined: if case .undefined = right { true } else { false }
    case .bool(let value): if case .bool(value) = right { true } else { false }
    case .integer(let value): if case .integer(value) = right { true } else { false }
    case .unsigned(let value): if case .unsigned(value) = right { true } else { false }
    case .bigInteger(let negative, let magnitude):
      if case .bigInteger(negative, magnitude) = right { true } else { false }
    case .double(let value):
      if case .double(let other) = right { isSame(value, other) } else { false }
    case .text(let value):
      if case .text(let other) = right { value.utf8.elementsEqual(other.utf8) } else { false }
    case .bytes(let value): if case .bytes(value) = right { true } else { false }
    case .simple(let value): if case .simple(value) = right { true } else { false }
    case .array, .map, .tagged: false
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
}
