/// A number as it stands in the input.
struct JSONNumber {
  let range: Range<Int>
  let isNegative: Bool
  /// Whether there is neither fraction nor exponent.
  let isInteger: Bool
}

extension JSONSource {
  package mutating func integer() throws(DecodeError) -> Int64 {
    let start = try beginNumber()
    if let value = plainInteger() { return value }
    let (magnitude, isNegative) = try exactInteger()
    if !isNegative, let value = Int64(exactly: magnitude) { return value }
    guard isNegative, magnitude <= Int64.min.magnitude else { throw JSONSource.outOfRange(start) }
    return Int64(truncatingIfNeeded: 0 &- magnitude)
  }

  package mutating func unsigned() throws(DecodeError) -> UInt64 {
    let start = try beginNumber()
    if let value = plainInteger() {
      guard value >= 0 else { throw JSONSource.outOfRange(start) }
      return UInt64(value)
    }
    let (magnitude, isNegative) = try exactInteger()
    guard !isNegative || magnitude == 0 else { throw JSONSource.outOfRange(start) }
    return magnitude
  }

  /// The nearest double; an integer that no double has exactly is refused.
  package mutating func double() throws(DecodeError) -> Double {
    let start = try beginNumber()
    let token = try number()
    let value = try double(of: token)
    // Fifteen digits are below 2^53, where every integer is a double.
    guard !token.isInteger || token.range.count <= 15 || isExact(value, token) else {
      throw DecodeError(.outOfRange, at: start, "no double has exactly this integer")
    }
    return value
  }

  /// The value of a number in an open field: integers exactly, anything else as the nearest double.
  mutating func openNumber() throws(DecodeError) -> WireValue {
    let token = try number()
    return try token.isInteger ? integerValue(of: token) : .double(double(of: token))
  }

  /// The integer that a number without fraction and exponent stands for.
  func integerValue(of token: JSONNumber) throws(DecodeError) -> WireValue {
    let digits = input[token.range].dropFirst(token.isNegative ? 1 : 0)
    guard digits.count > 18 else {
      let magnitude = digits.reduce(Int64(0)) { $0 &* 10 &+ Int64($1 &- UInt8(ascii: "0")) }
      return .integer(token.isNegative ? -magnitude : magnitude)
    }
    // The digits are counted first: what makes bytes of them takes time that grows with the square.
    let magnitude =
      digits.count <= Decimal.digitsMax ? Decimal.magnitude(ofDigits: digits) : nil
    guard let magnitude, magnitude.count <= Decimal.bytesMax else {
      throw DecodeError(.outOfRange, at: token.range.lowerBound, "too many digits")
    }
    return WireValue(negative: token.isNegative, magnitude: magnitude)
  }

  /// Takes up to eighteen digits that are the whole number, which is how nearly every integer is
  /// written; takes nothing and returns nil where there is more to it.
  @inline(__always)
  private mutating func plainInteger() -> Int64? {
    let isNegative = input[position] == UInt8(ascii: "-")
    let first = isNegative ? position + 1 : position
    var index = first
    var value: Int64 = 0
    while index < input.count, input[index] &- UInt8(ascii: "0") < 10 {
      value = value &* 10 &+ Int64(input[index] &- UInt8(ascii: "0"))
      index += 1
    }
    let count = index - first
    guard count > 0, count <= 18, count == 1 || input[first] != UInt8(ascii: "0"),
      index == input.count
        || (input[index] != UInt8(ascii: ".") && input[index] | 0x20 != UInt8(ascii: "e"))
    else { return nil }
    position = index
    return isNegative ? -value : value
  }

  private static func outOfRange(_ offset: Int) -> DecodeError {
    DecodeError(.outOfRange, at: offset, "outside of the integers that fit")
  }

  private mutating func beginNumber() throws(DecodeError) -> Int {
    switch try peek() {
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return position
    default: throw mismatch(Expected.number)
    }
  }

  /// Takes a number whose first byte is at the position (RFC 8259 §6).
  mutating func number() throws(DecodeError) -> JSONNumber {
    let start = position
    let isNegative = input[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let leading = position
    try digits()
    guard position == leading + 1 || input[leading] != UInt8(ascii: "0") else {
      throw DecodeError(.badNumber, at: leading + 1, "no digit follows a leading zero")
    }
    var isInteger = true
    if position < input.count, input[position] == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if position < input.count, input[position] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if position < input.count,
        input[position] == UInt8(ascii: "+") || input[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      try digits()
    }
    return JSONNumber(range: start..<position, isNegative: isNegative, isInteger: isInteger)
  }

  /// Takes one digit or more.
  @inline(__always)
  private mutating func digits() throws(DecodeError) {
    let start = position
    while position < input.count, input[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    guard position > start else {
      guard position < input.count else {
        throw DecodeError(.endOfInput, at: position, "a number without its end")
      }
      throw DecodeError(.badNumber, at: position, "a digit belongs here")
    }
  }

  func double(of token: JSONNumber) throws(DecodeError) -> Double {
    // Clinger's fast path: a significand below 2^53 and a power of ten up to 10^22 are exact
    // doubles, so that one correctly rounded operation gives the nearest double.
    if let parts = decimalParts(token), parts.significand < 1 << 53, abs(parts.exponent) <= 22 {
      let significand = Double(parts.significand)
      let power = JSONSource.powersOfTen[abs(parts.exponent)]
      let value = parts.exponent < 0 ? significand / power : significand * power
      return token.isNegative ? -value : value
    }
    let text = String(decoding: input[token.range], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw DecodeError(.outOfRange, at: token.range.lowerBound, "beyond the largest double")
    }
    return value
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private func isExact(_ value: Double, _ token: JSONNumber) -> Bool {
    let digits = input[token.range].dropFirst(token.isNegative ? 1 : 0)
    return digits.count <= Decimal.digitsMax
      && Decimal.double(Decimal.magnitude(ofDigits: digits)) == value.magnitude
  }

  /// Takes a number that is an integer, however it is written: `100`, `1e2` and `100.0` are one.
  private mutating func exactInteger() throws(DecodeError) -> (magnitude: UInt64, isNegative: Bool)
  {
    let start = position
    let token = try number()
    guard let parts = decimalParts(token) else { throw JSONSource.outOfRange(start) }
    var magnitude = parts.significand
    guard magnitude == 0 || parts.exponent >= 0 else {
      throw DecodeError(.wrongType, at: start, "expected \(Expected.integer)")
    }
    var exponent = parts.exponent
    while exponent > 0, magnitude > 0 {
      let (next, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      guard !overflow else { throw JSONSource.outOfRange(start) }
      magnitude = next
      exponent -= 1
    }
    return (magnitude, token.isNegative)
  }

  /// The number as `significand` × 10^`exponent` with no zero at the significand's end, or nil when
  /// the significand needs more than 64 bits.
  @inline(__always)
  private func decimalParts(_ token: JSONNumber) -> (significand: UInt64, exponent: Int)? {
    var significand: UInt64 = 0
    // Zeros behind the last other digit: they are taken in only before another.
    var zeros = 0
    var count = 0
    var whole: Int?
    var index = token.range.lowerBound + (token.isNegative ? 1 : 0)
    while index < token.range.upperBound {
      let digit = input[index] &- UInt8(ascii: "0")
      if digit > 9 {
        guard input[index] == UInt8(ascii: ".") else { break }
        whole = count
      } else {
        count &+= 1
        if digit == 0 {
          zeros &+= 1
        } else {
          guard let next = significand.shifted(by: zeros &+ 1, adding: digit) else { return nil }
          significand = next
          zeros = 0
        }
      }
      index &+= 1
    }
    let exponent = (whole ?? count) - count + zeros
    guard significand > 0, index < token.range.upperBound else { return (significand, exponent) }
    return (significand, exponent + explicitExponent(index + 1..<token.range.upperBound))
  }

  /// The exponent behind the `e`, held within a million: beyond that every value is zero or too
  /// large.
  private func explicitExponent(_ range: Range<Int>) -> Int {
    let isNegative = input[range.lowerBound] == UInt8(ascii: "-")
    let magnitude = input[range].reduce(0) { sum, byte in
      let digit = byte &- UInt8(ascii: "0")
      return digit < 10 ? min(sum * 10 + Int(digit), 1_000_000) : sum
    }
    return isNegative ? -magnitude : magnitude
  }
}

extension UInt64 {
  /// The number with `digits` more decimal digits, the last of which is `digit`, or nil beyond 64
  /// bits.
  @inline(__always)
  fileprivate func shifted(by digits: Int, adding digit: UInt8) -> UInt64? {
    // Ten times as much as this is still within 64 bits, whatever the digit.
    if digits == 1, self < UInt64.max / 10 { return self &* 10 &+ UInt64(digit) }
    var value = self
    if value > 0 {
      for _ in 0..<digits {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        guard !overflow else { return nil }
        value = product
      }
    }
    let (sum, overflow) = value.addingReportingOverflow(UInt64(digit))
    return overflow ? nil : sum
  }
}
