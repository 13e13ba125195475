import Testing

@testable import Gateway

@Suite struct LoopMetricsTests {
  @Test("a duration falls into the bucket whose bound it does not exceed")
  func buckets() {
    for (index, bound) in Histogram.bounds.enumerated() {
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
    #expect(Histogram.bounds == Histogram.bounds.sorted())
    #expect(Set(Histogram.bounds).count == Histogram.bounds.count)
  }

  @Test("the counters of loops add up")
  func sums() {
    var (one, two) = (LoopMetrics(), LoopMetrics())
    (one.handshakes, two.handshakes) = (1, 2)
    (one.openFeeds, two.feedFailures) = (3, 4)
    (one.expired, two.expired) = (["idle": 1], ["idle": 1, "body": 2])
    one.count(route: "Get", status: 200, nanoseconds: 5)
    two.count(route: "Get", status: 200, nanoseconds: 20_000)
    two.count(route: "Get", status: 404, nanoseconds: 7)
    one += two
    #expect(one.handshakes == 3 && one.openFeeds == 3 && one.feedFailures == 4)
    #expect(one.expired == ["idle": 2, "body": 2])
    let answers = one.answers[LoopMetrics.AnswerKey(route: "Get", status: 200)]
    #expect(answers?.total == 2 && answers?.sum == 20_005)
    #expect(one.answers.count == 2)
  }
}
