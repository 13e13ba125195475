extension Timestamp {
  /// The moment of an RFC 3339 date-time, or nil when it is none.
  ///
  /// Any offset is taken and turned into UTC; digits beyond the millisecond are cut off. A leap
  /// second is refused, as the time since 1970 has no place for it.
  package init?(checking text: String) {
    self.init(checking: text.utf8.span)
  }

  /// The moment of an RFC 3339 date-time in ASCII.
  init?(checking text: Span<UInt8>) {
    guard text.count >= 20,
      let year = text.number(at: 0, digits: 4), text[4] == UInt8(ascii: "-"),
      let month = text.number(at: 5, digits: 2), text[7] == UInt8(ascii: "-"),
      let day = text.number(at: 8, digits: 2), text[10] | 0x20 == UInt8(ascii: "t"),
      let hour = text.number(at: 11, digits: 2), hour < 24, text[13] == UInt8(ascii: ":"),
      let minute = text.number(at: 14, digits: 2), minute < 60, text[16] == UInt8(ascii: ":"),
      let second = text.number(at: 17, digits: 2), second < 60,
      let (fraction, end) = text.fraction(at: 19), let offset = text.offset(at: end),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let seconds = date.daysSince1970 * 86400 + hour * 3600 + minute * 60 + second - offset
    let milliseconds = Int64(seconds) * 1000 + Int64(fraction)
    guard Timestamp.range.contains(milliseconds) else { return nil }
    self.milliseconds = milliseconds
  }
}

extension Span<UInt8> {
  /// The number of exactly `digits` digits at `start`, nil when they are not there.
  @inline(__always)
  fileprivate func number(at start: Int, digits: Int) -> Int? {
    guard count >= start + digits else { return nil }
    var value = 0
    for index in start..<start + digits {
      let digit = self[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  /// The fraction at `start` in milliseconds and where it ends: 0 without a point, nil when no
  /// digit follows the point.
  fileprivate func fraction(at start: Int) -> (milliseconds: Int, end: Int)? {
    guard self[start] == UInt8(ascii: ".") else { return (0, start) }
    var milliseconds = 0
    var end = start + 1
    while end < count, self[end] &- UInt8(ascii: "0") < 10 {
      if end <= start + 3 { milliseconds = milliseconds * 10 + Int(self[end] - UInt8(ascii: "0")) }
      end += 1
    }
    guard end > start + 1 else { return nil }
    for _ in end..<Swift.max(end, start + 4) { milliseconds *= 10 }
    return (milliseconds, end)
  }

  /// The offset from UTC in seconds, which begins at `start` and ends the text.
  fileprivate func offset(at start: Int) -> Int? {
    guard start < count else { return nil }
    let sign = self[start]
    if sign | 0x20 == UInt8(ascii: "z") { return count == start + 1 ? 0 : nil }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), count == start + 6,
      let hours = number(at: start + 1, digits: 2), hours < 24,
      self[start + 3] == UInt8(ascii: ":"),
      let minutes = number(at: start + 4, digits: 2), minutes < 60
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    return sign == UInt8(ascii: "-") ? -seconds : seconds
  }
}

extension ByteBuffer {
  /// Writes the 24 bytes of a moment.
  mutating func append(_ time: Timestamp) {
    let (days, rest) = time.milliseconds.quotientAndFloorRemainder(dividingBy: 86_400_000)
    let date = CivilDate(daysSince1970: Int(days))
    let (year, time) = (UInt32(date.year), UInt32(rest))
    // SAFETY: the closure writes the 24 bytes that it asks for.
    unsafe write(atMost: Timestamp.textLength) { room in
      unsafe room.put(year / 100, at: 0)
      unsafe room.put(year % 100, at: 2, behind: "-")
      unsafe room.put(UInt32(date.month), at: 5, behind: "-")
      unsafe room.put(UInt32(date.day), at: 8, behind: "T")
      // SAFETY: as above.
      unsafe room.put(time / 3_600_000, at: 11, behind: ":")
      unsafe room.put(time / 60_000 % 60, at: 14, behind: ":")
      unsafe room.put(time / 1000 % 60, at: 17, behind: ".")
      // SAFETY: as above; the milliseconds' last digit and the mark stand behind their first two.
      unsafe room.put(time % 1000 / 10, at: 20)
      unsafe room[22] = UInt8(truncatingIfNeeded: time % 10) &+ UInt8(ascii: "0")
      unsafe room[23] = UInt8(ascii: "Z")
      return Timestamp.textLength
    }
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// Writes a number below 100 as two digits.
  @inline(__always)
  fileprivate func put(_ value: UInt32, at place: Int) {
    // SAFETY: the caller has room for both.
    unsafe self[place] = UInt8(truncatingIfNeeded: value / 10) &+ UInt8(ascii: "0")
    unsafe self[place &+ 1] = UInt8(truncatingIfNeeded: value % 10) &+ UInt8(ascii: "0")
  }

  /// Writes a number below 100 as two digits, and a mark behind them.
  @inline(__always)
  fileprivate func put(_ value: UInt32, at place: Int, behind mark: Unicode.Scalar) {
    // SAFETY: the caller has room for all three.
    unsafe put(value, at: place)
    unsafe self[place &+ 2] = UInt8(ascii: mark)
  }
}

extension Int64 {
  /// The quotient rounded down and the remainder that is never negative.
  fileprivate func quotientAndFloorRemainder(dividingBy divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
