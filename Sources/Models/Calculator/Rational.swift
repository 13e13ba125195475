/// An exact fraction in lowest terms; every operation says nil where 128 bits do not suffice.
package struct Rational: Hashable, Sendable {
  /// Never `Int128.min`, so that it can be negated.
  private let numerator: Int128
  /// Above 0.
  private let denominator: Int128

  /// 0.
  static let zero = Rational(0)

  /// A whole number.
  init(_ integer: Int64) {
    numerator = Int128(integer)
    denominator = 1
  }

  private init?(_ numerator: Int128, over denominator: Int128) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    let divisor = max(1, Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude))
    let sign: Int128 = denominator < 0 ? -1 : 1
    // The divisor divides a magnitude that Int128 holds, so it fits as well.
    self.numerator = sign * numerator / Int128(divisor)
    self.denominator = sign * denominator / Int128(divisor)
  }

  /// The number that decimal digits write, `fraction` of them after the point.
  init?(digits: some Sequence<UInt8>, fraction: Int) {
    var numerator: Int128 = 0
    for digit in digits {
      let (tenfold, tooLarge) = numerator.multipliedReportingOverflow(by: 10)
      let (sum, tooLargeStill) = tenfold.addingReportingOverflow(Int128(digit))
      guard !tooLarge, !tooLargeStill else { return nil }
      numerator = sum
    }
    guard let scale = Rational(10).power(Int64(fraction)) else { return nil }
    self.init(numerator, over: scale.numerator)
  }

  /// Whether this is 0.
  var isZero: Bool { numerator == 0 }

  /// The value as a whole number of 64 bits; nil when it is none.
  var integer: Int64? { denominator == 1 ? Int64(exactly: numerator) : nil }

  /// Whether this is a whole number of any size.
  var isWhole: Bool { denominator == 1 }

  /// Whether this is below 0.
  var isNegative: Bool { numerator < 0 }

  /// Whether this is a whole number that 2 divides.
  var isEven: Bool { isWhole && numerator % 2 == 0 }

  /// The value with its sign changed.
  var negated: Rational { Rational(unchecked: -numerator, denominator) }

  private init(unchecked numerator: Int128, _ denominator: Int128) {
    self.numerator = numerator
    self.denominator = denominator
  }

  func adding(_ other: Rational) -> Rational? {
    // Over the least common denominator, so that large equal denominators do not overflow.
    let divisor = Int128(
      Self.greatestCommonDivisor(denominator.magnitude, other.denominator.magnitude))
    guard
      let left = Self.product(numerator, other.denominator / divisor),
      let right = Self.product(other.numerator, denominator / divisor),
      let below = Self.product(denominator, other.denominator / divisor)
    else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : Rational(sum, over: below)
  }

  func multiplied(by other: Rational) -> Rational? {
    // Shortened crosswise first, so that only a result that is too large is too large.
    guard
      let first = Rational(numerator, over: other.denominator),
      let second = Rational(other.numerator, over: denominator),
      let above = Self.product(first.numerator, second.numerator),
      let below = Self.product(first.denominator, second.denominator)
    else { return nil }
    return Rational(above, over: below)
  }

  /// One divided by the value, which is not 0.
  var inverted: Rational? { Rational(denominator, over: numerator) }

  /// What division towards zero by `other`, which is not 0, leaves; it has the sign of the value.
  func remainder(by other: Rational) -> Rational? {
    guard let inverse = other.inverted, let quotient = multiplied(by: inverse) else { return nil }
    let whole = Rational(unchecked: quotient.numerator / quotient.denominator, 1)
    return whole.multiplied(by: other).flatMap { adding($0.negated) }
  }

  /// The value to a whole power; a negative power of 0 is nil as well.
  func power(_ exponent: Int64) -> Rational? {
    if exponent < 0 { return inverted.flatMap { $0.power(magnitude: exponent.magnitude) } }
    return power(magnitude: exponent.magnitude)
  }

  private func power(magnitude exponent: UInt64) -> Rational? {
    var result = Rational(1)
    var square = self
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 {
        guard let product = result.multiplied(by: square) else { return nil }
        result = product
      }
      rest >>= 1
      guard rest > 0 else { break }
      guard let next = square.multiplied(by: square) else { return nil }
      square = next
    }
    return result
  }

  private static func product(_ left: Int128, _ right: Int128) -> Int128? {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? nil : product
  }

  private static func greatestCommonDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
    var (large, small) = (left, right)
    while small != 0 { (large, small) = (small, large % small) }
    return large
  }
}

extension Rational {
  /// The most digits after the point of a number that has an end.
  static let digitsMax = 40
  /// The digits after the point of a number that has none.
  static let digitsOfEndless = 12

  /// The value in decimal; one without an end is cut, marked, and given as a fraction too.
  package var text: String {
    let magnitude = numerator.magnitude
    let whole = (numerator < 0 ? "-" : "") + String(magnitude / denominator.magnitude)
    var digits = ""
    var rest = magnitude % denominator.magnitude
    while rest != 0, digits.utf8.count < Self.digitsMax {
      let (digit, next) = Self.nextDigit(rest, below: denominator.magnitude)
      digits.append(String(digit))
      rest = next
    }
    if digits.isEmpty { return whole }
    if rest == 0 { return "\(whole).\(digits)" }
    return "\(whole).\(digits.prefix(Self.digitsOfEndless))… (exactly \(numerator)/\(denominator))"
  }

  /// Ten times `rest` in whole times of `divisor`, and what is left; by adding, because ten times
  /// `rest` may need more than 128 bits.
  private static func nextDigit(_ rest: UInt128, below divisor: UInt128) -> (Int, UInt128) {
    var (digit, sum) = (0, 0 as UInt128)
    for _ in 0..<10 {
      sum += rest
      if sum >= divisor {
        sum -= divisor
        digit += 1
      }
    }
    return (digit, sum)
  }
}
