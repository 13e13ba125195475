/// An amount of US dollars in whole millionths, none of them owed.
package struct Dollars: Hashable, Comparable, Sendable {
  /// The amount in millionths of a dollar.
  package let micros: Int64

  /// The nearest amount to so many millionths, of those that there are.
  package init(clamping micros: Int64) { self.micros = min(max(micros, 0), Self.microsMax) }

  /// The greatest integer that every reader of JSON takes for itself (RFC 8259 §6).
  private static let microsMax: Int64 = 9_007_199_254_740_991

  /// Nothing.
  package static let zero = Dollars(clamping: 0)
  /// The most that anything costs: sums end there.
  package static let most = Dollars(clamping: microsMax)

  package static func < (left: Dollars, right: Dollars) -> Bool { left.micros < right.micros }

  /// Both together, as far as amounts go.
  package static func + (left: Dollars, right: Dollars) -> Dollars {
    Dollars(clamping: left.micros + right.micros)
  }

  /// What is left of the one without the other; nothing where that is more.
  package static func - (left: Dollars, right: Dollars) -> Dollars {
    Dollars(clamping: left.micros - right.micros)
  }
}

extension Dollars {
  /// Digits behind the point that are told apart.
  private static let decimals = 6
  private static let microsOfOne: Int64 = 1_000_000
  /// Digits before the point that are read; the greatest amount has as many.
  private static let wholeDigitsMax = 10

  /// The amount that a decimal number such as `2.50` says, within a range.
  package init(_ text: String, in range: ClosedRange<Dollars>) throws(DollarsProblem) {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { digits.contains($0) } }) else {
      throw .notDecimal
    }
    let whole = parts[0].drop { $0 == digits.lowerBound }
    let fraction = parts.count == 2 ? Array(parts[1]) : []
    guard fraction.count <= Self.decimals else { throw .tooFine }
    guard whole.count <= Self.wholeDigitsMax else { throw .outside(range) }
    let padding = Array(repeating: digits.lowerBound, count: Self.decimals - fraction.count)
    let micros = (whole + fraction + padding).reduce(Int64(0)) { sum, digit in
      sum * 10 + Int64(digit - digits.lowerBound)
    }
    let amount = Dollars(clamping: micros)
    guard range.contains(amount) else { throw .outside(range) }
    self = amount
  }

  /// The decimal number, exactly, with two decimals at least: `2.50`, `0.0123`.
  package var text: String {
    var fraction = String(micros % Self.microsOfOne)
    fraction = String(repeating: "0", count: Self.decimals - fraction.count) + fraction
    while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(micros / Self.microsOfOne).\(fraction)"
  }
}

/// Why a text is no amount of US dollars.
package enum DollarsProblem: Error, Hashable {
  case notDecimal
  case tooFine
  case outside(ClosedRange<Dollars>)

  /// What the text has to be instead.
  package var message: String {
    switch self {
    case .notDecimal: "must be US dollars in digits, such as 2.50"
    case .tooFine: "must have 6 decimals at most"
    case .outside(let range):
      "must be from \(range.lowerBound.text) to \(range.upperBound.text) US dollars"
    }
  }
}
