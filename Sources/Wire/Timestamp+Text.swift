extension Timestamp {
  /// The moment of an RFC 3339 date-time, or nil when it is none.
  ///
  /// Any offset is taken and turned into UTC; digits beyond the millisecond are cut off. A leap second is
  /// refused, as the time since 1970 has no place for it.
  package init?(checking text: ArraySlice<UInt8>) {
    var reader = DateReader(text)
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
      reader.take("-"), let day = reader.number(2), reader.take("T") || reader.take("t"),
      let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
      reader.take(":"), let second = reader.number(2), let fraction = reader.fraction(),
      let offset = reader.offset(), reader.isAtEnd,
      hour < 24, minute < 60, second < 60,
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let seconds = Int64(date.daysSince1970) * 86400 + Int64(hour * 3600 + minute * 60 + second - offset)
    let milliseconds = seconds * 1000 + Int64(fraction)
    guard Timestamp.range.contains(milliseconds) else { return nil }
    self.milliseconds = milliseconds
  }
}

/// Takes the parts of a date-time one after the other.
private struct DateReader {
  private var rest: ArraySlice<UInt8>

  init(_ text: ArraySlice<UInt8>) {
    rest = text
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest.removeFirst()
    return true
  }

  /// A number of exactly `count` digits.
  mutating func number(_ count: Int) -> Int? {
    guard rest.count >= count else { return nil }
    var value = 0
    for byte in rest.prefix(count) {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    rest.removeFirst(count)
    return value
  }

  /// The fraction in milliseconds: 0 without a point, nil when no digit follows the point.
  mutating func fraction() -> Int? {
    guard take(".") else { return 0 }
    var milliseconds = 0
    var digits = 0
    while let byte = rest.first, byte &- UInt8(ascii: "0") < 10 {
      if digits < 3 { milliseconds = milliseconds * 10 + Int(byte &- UInt8(ascii: "0")) }
      digits += 1
      rest.removeFirst()
    }
    guard digits > 0 else { return nil }
    for _ in digits..<max(digits, 3) { milliseconds *= 10 }
    return milliseconds
  }

  /// The offset from UTC in seconds.
  mutating func offset() -> Int? {
    if take("Z") || take("z") { return 0 }
    let isNegative = take("-")
    guard isNegative || take("+"), let hours = number(2), take(":"), let minutes = number(2),
      hours < 24, minutes < 60
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    return isNegative ? -seconds : seconds
  }
}

extension ByteBuffer {
  /// Writes the 24 bytes of a moment.
  mutating func append(_ time: Timestamp) {
    let (days, rest) = time.milliseconds.quotientAndFloorRemainder(dividingBy: 86_400_000)
    let date = CivilDate(daysSince1970: Int(days))
    let time = Int(rest)
    append(date.year, digits: 4)
    append(UInt8(ascii: "-"))
    append(date.month, digits: 2)
    append(UInt8(ascii: "-"))
    append(date.day, digits: 2)
    append(UInt8(ascii: "T"))
    append(time / 3_600_000, digits: 2)
    append(UInt8(ascii: ":"))
    append(time / 60_000 % 60, digits: 2)
    append(UInt8(ascii: ":"))
    append(time / 1000 % 60, digits: 2)
    append(UInt8(ascii: "."))
    append(time % 1000, digits: 3)
    append(UInt8(ascii: "Z"))
  }

  private mutating func append(_ value: Int, digits: Int) {
    // SAFETY: the closure writes `digits` bytes, which is the room it asks for.
    unsafe write(atMost: digits) { room in
      var rest = value
      for index in (0..<digits).reversed() {
        // SAFETY: the index is below `digits`, which is what the room holds.
        unsafe room[index] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
        rest /= 10
      }
      return digits
    }
  }
}

extension Int64 {
  /// The quotient rounded down and the remainder that is never negative.
  fileprivate func quotientAndFloorRemainder(dividingBy divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
