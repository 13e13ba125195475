/// Durations, counted in buckets that are at most 1/128 of their value wide.
///
/// What HdrHistogram does with two significant digits: the highest bit picks a row, the seven bits
/// behind it a bucket of the row.
package struct LatencyHistogram: Sendable {
  private static let bits = 7
  private static let buckets = 1 << bits

  private var counts: [Int] = []
  private var sum = 0.0
  /// How many durations were counted.
  package private(set) var total = 0
  /// The longest, in nanoseconds; 0 when there is none.
  package private(set) var longest: Int64 = 0

  package init() {}

  /// Counts one duration; a negative one counts as 0.
  package mutating func add(_ nanoseconds: Int64) {
    let value = max(0, nanoseconds)
    let index = Self.index(of: value)
    if counts.count <= index {
      counts += [Int](repeating: 0, count: index + Self.buckets - counts.count)
    }
    counts[index] += 1
    sum += Double(value)
    total += 1
    longest = max(longest, value)
  }

  /// The mean, in nanoseconds; nil when there is none.
  package var mean: Double? { total == 0 ? nil : sum / Double(total) }

  /// The least duration, in nanoseconds, that this share of all durations does not exceed, rounded
  /// up to the end of its bucket; nil when there is none.
  package func quantile(_ share: Double) -> Int64? {
    guard total > 0 else { return nil }
    let wanted = max(1, Int((share * Double(total)).rounded(.up)))
    var seen = 0
    for (index, count) in counts.enumerated() {
      seen += count
      if seen >= wanted { return min(longest, Self.end(of: index)) }
    }
    return longest
  }

  private static func index(of value: Int64) -> Int {
    let shift = max(0, Int64.bitWidth - 1 - value.leadingZeroBitCount - bits)
    return shift << bits + Int(value >> Int64(shift))
  }

  /// The greatest value of the bucket.
  private static func end(of index: Int) -> Int64 {
    let shift = max(0, index >> bits - 1)
    return (Int64(index - shift << bits) + 1) << Int64(shift) &- 1
  }
}
