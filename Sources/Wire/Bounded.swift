/// An integer from `low` to `high`: checked when it is made, never wrong afterwards.
package struct Bounded<let low: Int, let high: Int>: Hashable, Comparable, Sendable {
  package let value: Int

  /// The integer if it is within the bounds.
  package init?(checking value: Int) {
    guard value >= low, value <= high else { return nil }
    self.value = value
  }

  package static func < (left: Bounded, right: Bounded) -> Bool { left.value < right.value }
}

extension Bounded: ExpressibleByIntegerLiteral {
  /// A literal of the program, which is within the bounds.
  package init(integerLiteral value: Int) {
    precondition(value >= low && value <= high, "\(value) is not within \(low) to \(high)")
    self.value = value
  }
}

extension Bounded: Coded {
  package static var schema: Schema { .integer(minimum: Int64(low), maximum: Int64(high)) }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.integer(Int64(value)) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    let start = source.offset
    value = Int(try source.integer())
    guard value >= low, value <= high else {
      throw DecodeError(.outOfRange, at: start, "expected an integer from \(low) to \(high)")
    }
  }
}
