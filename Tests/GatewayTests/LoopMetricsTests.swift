import Testing

@testable import Gateway

@Suite struct LoopMetricsTests {
  @Test("a duration falls into the bucket whose bound it does not exceed")
  func buckets() {
    for index in Histogram.bounds.indices {
      let bound = Histogram.bounds[index]
      var histogram = Histogram()
      histogram.add(bound)
      histogram.add(bound + 1)
      #expect(histogram.counts[index] == 1 && histogram.counts[index + 1] == 1)
      #expect(histogram.total == 2 && histogram.sum == 2 * bound + 1)
    }
    var least = Histogram()
    least.add(0)
    #expect(least.counts[0] == 1)
  }

  @Test("the bounds grow")
  func bounds() {
    let bounds = Histogram.bounds.indices.map { Histogram.bounds[$0] }
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy(<))
  }

  @Test("the counters of loops add up")
  func sums() {
    var (one, two) = (LoopMetrics(), LoopMetrics())
    (one.handshakes, two.handshakes) = (1, 2)
    (one.openFeeds, two.feedFailures) = (3, 4)
    (one.expired, two.expired) = (["idle": 1], ["idle": 1, "body": 2])
    one.answers.count(route: 2, status: 200, nanoseconds: 5)
    two.answers.count(route: 2, status: 404, nanoseconds: 7)
    two.answers.count(route: 2, status: 200, nanoseconds: 20_000)
    two.answers.count(route: nil, status: 404, nanoseconds: 9)
    one += two
    #expect(one.handshakes == 3 && one.openFeeds == 3 && one.feedFailures == 4)
    #expect(one.expired == ["idle": 2, "body": 2])
    let cells = one.answers.cells
    #expect(cells.map(\.route) == [nil, 2, 2] && cells.map(\.status) == [404, 200, 404])
    #expect(cells.map(\.durations.total) == [1, 2, 1])
    #expect(cells.map(\.durations.sum) == [9, 20_005, 7])
  }
}
