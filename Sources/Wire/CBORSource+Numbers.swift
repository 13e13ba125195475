extension CBORSource {
  /// An integer in any form that holds one exactly: major types 0 and 1, a bignum, a float.
  package mutating func integer() throws(DecodeError) -> Int64 {
    let start = position
    let head = try head()
    switch head.major {
    case .unsigned:
      if let value = Int64(exactly: head.argument) { return value }
    case .negative:
      if let value = Int64(exactly: head.argument) { return ~value }
    case .tag, .simple:
      position = start
      if case .integer(let value) = try wholeNumber(head) { return value }
    case .bytes, .text, .array, .map: throw mismatch(head, Expected.number)
    }
    throw DecodeError(.outOfRange, at: start, "outside of the integers that fit")
  }

  package mutating func unsigned() throws(DecodeError) -> UInt64 {
    let start = position
    let head = try head()
    switch head.major {
    case .unsigned: return head.argument
    case .tag, .simple:
      position = start
      switch try wholeNumber(head) {
      case .integer(let value):
        if let value = UInt64(exactly: value) { return value }
      case .unsigned(let value): return value
      default: break
      }
    case .negative: break
    case .bytes, .text, .array, .map: throw mismatch(head, Expected.number)
    }
    throw DecodeError(.outOfRange, at: start, "outside of the integers that fit")
  }

  /// A float, or an integer that a double has exactly.
  package mutating func double() throws(DecodeError) -> Double {
    let start = position
    let head = try head()
    guard head.major != .simple else { return try float(head) }
    position = start
    switch try number() {
    case .integer(let value):
      if let double = Double(exactly: value) { return double }
    case .unsigned(let value):
      if let double = Double(exactly: value) { return double }
    case .bigInteger(let negative, let magnitude):
      if let double = Decimal.double(magnitude) { return negative ? -double : double }
    default: break
    }
    throw DecodeError(.outOfRange, at: start, "no double has exactly this integer")
  }

  /// The next item if it is a number in any form.
  mutating func number() throws(DecodeError) -> WireValue {
    let start = position
    let head = try head()
    position = start
    let value = try open()
    switch value {
    case .integer, .unsigned, .bigInteger, .double: return value
    case .null, .undefined, .bool, .text, .bytes, .array, .map, .tagged, .simple:
      throw mismatch(head, Expected.number)
    }
  }

  private mutating func wholeNumber(_ head: CBORHead) throws(DecodeError) -> WireValue {
    let value = try number()
    guard case .double(let double) = value else { return value }
    if let integer = Int64(exactly: double) { return .integer(integer) }
    if let unsigned = UInt64(exactly: double) { return .unsigned(unsigned) }
    guard double.isFinite, double == double.rounded() else {
      throw mismatch(head, Expected.integer)
    }
    return value
  }

  /// The float whose head was taken.
  func float(_ head: CBORHead) throws(DecodeError) -> Double {
    guard let width = FloatWidth(rawValue: head.additional) else {
      throw mismatch(head, Expected.number)
    }
    return width.value(head.argument)
  }
}
