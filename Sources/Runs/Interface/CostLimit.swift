package import Models
package import Wire

/// What a run may cost at most: a millionth of a US dollar or more, in whole millionths.
package struct CostLimit: Hashable, Sendable {
  package let amount: Dollars

  // No `Bounded`: Swift 6.3 cannot name a type whose numbers are above 2³¹.
  private static let range: ClosedRange<Int64> = 1...1_000_000_000_000
}

extension CostLimit: Coded {
  package static var schema: Schema {
    .integer(minimum: range.lowerBound, maximum: range.upperBound)
  }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.integer(amount.micros) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    let start = source.offset
    let micros = try source.integer()
    guard Self.range.contains(micros) else {
      throw DecodeError(
        .outOfRange, at: start,
        "expected an integer from \(Self.range.lowerBound) to \(Self.range.upperBound)")
    }
    amount = Dollars(clamping: micros)
  }
}
