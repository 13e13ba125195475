import Testing

@testable import Gateway

@Suite("Latency histogram", .timeLimit(.minutes(10))) struct LatencyHistogramTests {
  @Test("every quantile lies within a hundredth above the true one")
  func quantiles() {
    var histogram = LatencyHistogram()
    var values: [Int64] = []
    for number in 1...20_000 as ClosedRange<UInt64> {
      // All magnitudes up to some minutes, by multiples of the golden ratio.
      let value = Int64(number &* 0x9e37_79b9_7f4a_7c15 >> (26 + number % 38))
      values.append(value)
      histogram.add(value)
    }
    values.sort()
    for share in [0.0001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
      let exact = values[max(1, Int((share * Double(values.count)).rounded(.up))) - 1]
      let found = histogram.quantile(share) ?? -1
      #expect(found >= exact && Double(found) <= Double(exact) * 1.01, "\(share)")
    }
    #expect(histogram.total == values.count)
    #expect(histogram.longest == values.last)
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    #expect(abs((histogram.mean ?? 0) - mean) < mean * 1e-9)
  }

  @Test("small durations are exact", arguments: [0, 1, 127, 128, 255] as [Int64])
  func small(_ value: Int64) {
    var histogram = LatencyHistogram()
    histogram.add(value)
    histogram.add(1000)
    #expect(histogram.quantile(0.5) == value)
    #expect(histogram.quantile(1) == 1000)
  }

  @Test("the longest duration there is has a place, and a negative one is none")
  func extremes() {
    var histogram = LatencyHistogram()
    histogram.add(-1)
    histogram.add(.max)
    #expect(histogram.quantile(0.5) == 0)
    #expect(histogram.quantile(1) == .max)
  }

  @Test("nothing gives nothing")
  func empty() {
    #expect(LatencyHistogram().quantile(0.5) == nil && LatencyHistogram().mean == nil)
  }
}
