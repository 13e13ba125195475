/// A direction in the space of a model's meanings, of length one.
package struct EmbeddingVector: Hashable, Sendable {
  package let values: [Float]

  /// The most numbers of a vector.
  package static let dimensionMax = 8_192
  private static let numberBytes = 4

  /// The direction of these numbers; nil where they have none: there is no number, or one too many,
  /// one is not finite, or all are zero.
  package init?(_ numbers: [Double]) {
    guard (1...Self.dimensionMax).contains(numbers.count), numbers.allSatisfy(\.isFinite) else {
      return nil
    }
    // Squares of very large or small numbers would not be numbers any more.
    let most = numbers.reduce(0) { max($0, abs($1)) }
    guard most > 0 else { return nil }
    let scaled = numbers.map { $0 / most }
    let length = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
    values = scaled.map { Float($0 / length) }
  }

  /// The vector as it is stored: its numbers of 32 bits, the lowest byte first.
  package var bytes: [UInt8] {
    values.flatMap { value in
      let bits = value.bitPattern
      return (0..<Self.numberBytes).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
    }
  }

  /// The cosine of the angle to a stored vector, from -1 to 1; nil where that has another dimension
  /// or is damaged.
  package func cosine(to stored: Span<UInt8>) -> Double? {
    guard stored.count == values.count * Self.numberBytes else { return nil }
    // SAFETY: bytes are themselves whatever they are read as.
    let bytes = unsafe stored.bytes
    var sum: Float = 0
    for (place, value) in values.enumerated() {
      // SAFETY: every place is inside, as there are four bytes for each of the numbers, and any
      // bits are an integer.
      let bits = unsafe bytes.unsafeLoadUnaligned(
        fromByteOffset: place * Self.numberBytes, as: UInt32.self)
      sum += value * Float(bitPattern: UInt32(littleEndian: bits))
    }
    return sum.isFinite ? Double(min(max(sum, -1), 1)) : nil
  }
}
