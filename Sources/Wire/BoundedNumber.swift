/// A number from `low` to `high`: checked when it is made, never wrong afterwards.
package struct BoundedNumber<let low: Int, let high: Int>: Hashable, Sendable {
  package let value: Double

  /// The number if it is within the bounds.
  package init?(checking value: Double) {
    guard value >= Double(low), value <= Double(high) else { return nil }
    self.value = value
  }
}

extension BoundedNumber: Coded {
  package static var schema: Schema { .number(minimum: Double(low), maximum: Double(high)) }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.double(value) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    let start = source.offset
    guard let number = Self(checking: try source.double()) else {
      throw DecodeError(.outOfRange, at: start, "expected a number from \(low) to \(high)")
    }
    self = number
  }
}
