/// Arithmetic on absolute values of any size, most significant byte first.
///
/// Both conversions take time that grows with the square of the length: callers bound it by
/// `Decimal.digitsMax` and `Decimal.bytesMax`.
enum Decimal {
  /// Longest absolute value, in bytes, that is taken for an integer.
  static let bytesMax = 256
  /// The digits that the largest such value has.
  static let digitsMax = 617

  /// The bytes of a run of ASCII digits.
  static func magnitude(ofDigits digits: some Collection<UInt8>) -> [UInt8] {
    var limbs: [UInt32] = []
    for digit in digits {
      var carry = UInt64(digit - UInt8(ascii: "0"))
      for index in limbs.indices {
        carry += UInt64(limbs[index]) * 10
        limbs[index] = UInt32(truncatingIfNeeded: carry)
        carry >>= 32
      }
      if carry > 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
    }
    let bytes = limbs.reversed().flatMap { limb in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: limb >> $0) }
    }
    return [UInt8](bytes.drop { $0 == 0 })
  }

  /// The ASCII digits of an absolute value, with a sign.
  static func digits(negative: Bool, magnitude: [UInt8]) -> [UInt8] {
    var rest = magnitude[...]
    var groups: [UInt32] = []
    var work = [UInt8](rest)
    while let first = work.firstIndex(where: { $0 != 0 }) {
      rest = work[first...]
      var quotient: [UInt8] = []
      quotient.reserveCapacity(rest.count)
      var remainder: UInt64 = 0
      for byte in rest {
        remainder = remainder << 8 | UInt64(byte)
        quotient.append(UInt8(truncatingIfNeeded: remainder / 1_000_000_000))
        remainder %= 1_000_000_000
      }
      groups.append(UInt32(remainder))
      work = quotient
    }
    guard let top = groups.popLast() else { return [UInt8(ascii: "0")] }
    var text = [UInt8]((negative ? "-\(top)" : "\(top)").utf8)
    for group in groups.reversed() {
      let digits = [UInt8]("\(group)".utf8)
      text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 9 - digits.count))
      text.append(contentsOf: digits)
    }
    return text
  }

  /// The absolute value less one; zero stays zero.
  static func decremented(_ magnitude: [UInt8]) -> [UInt8] {
    var result = magnitude
    for index in result.indices.reversed() {
      result[index] &-= 1
      if result[index] != 0xff { return result }
    }
    return magnitude
  }

  /// The absolute value plus one.
  static func incremented(_ magnitude: [UInt8]) -> [UInt8] {
    var result = magnitude
    for index in result.indices.reversed() {
      result[index] &+= 1
      if result[index] != 0 { return result }
    }
    return [1] + result
  }

  /// The double that is exactly this absolute value, or nil.
  static func double(_ magnitude: [UInt8]) -> Double? {
    let digits = magnitude.drop { $0 == 0 }
    // The significant bytes of an exact double hold 53 bits at most, so eight of them at most.
    let significant = digits.prefix(8)
    guard digits.dropFirst(8).allSatisfy({ $0 == 0 }) else { return nil }
    let head = significant.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let value = Double(exactly: head) else { return nil }
    let double =
      value * Double(sign: .plus, exponent: 8 * (digits.count - significant.count), significand: 1)
    return double.isFinite ? double : nil
  }
}
