/// What one loop has counted since it began; added up over the loops when somebody asks.
package struct LoopMetrics: Sendable {
  package var connectionsAccepted = 0
  package var connectionsRefused = 0
  package var connectionsClosed = 0
  package var handshakes = 0
  package var tlsFailures = 0
  package var plaintextRefused = 0
  package var protocolErrors = 0
  package var tasksStarted = 0
  package var feedPagesRead = 0
  package var feedEventsRead = 0
  package var feedFailures = 0
  package var openStreams = 0
  package var openFeeds = 0
  package var expired: [String: Int] = [:]
  package var answers: [AnswerKey: Histogram] = [:]

  package init() {}

  /// A route and a status, by which answers are counted.
  package struct AnswerKey: Hashable, Sendable {
    package let route: String
    package let status: Int

    package init(route: String, status: Int) {
      self.route = route
      self.status = status
    }
  }

  mutating func count(route: String, status: Int, nanoseconds: Int64) {
    answers[AnswerKey(route: route, status: status), default: Histogram()].add(nanoseconds)
  }

  /// Adds up two loops, value by value.
  package static func += (left: inout LoopMetrics, right: LoopMetrics) {
    let sums: [WritableKeyPath<LoopMetrics, Int>] = [
      \.connectionsAccepted, \.connectionsRefused, \.connectionsClosed, \.handshakes, \.tlsFailures,
      \.plaintextRefused, \.protocolErrors, \.tasksStarted, \.feedPagesRead, \.feedEventsRead,
      \.feedFailures, \.openStreams, \.openFeeds,
    ]
    for sum in sums { left[keyPath: sum] += right[keyPath: sum] }
    left.expired.merge(right.expired, uniquingKeysWith: +)
    left.answers.merge(right.answers) { one, other in one.adding(other) }
  }
}

/// Durations in buckets whose bounds grow by about three.
package struct Histogram: Sendable {
  /// The upper bounds of the buckets, in nanoseconds; the last bucket has none.
  package static let bounds: [Int64] = [
    10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000,
    300_000_000, 1_000_000_000, 3_000_000_000, 10_000_000_000,
  ]
  /// How many durations fell into each bucket, and the nanoseconds of all together.
  package private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
  package private(set) var sum: Int64 = 0

  package init() {}

  /// The number of durations.
  package var total: Int { counts.reduce(0, +) }

  /// Counts one duration.
  package mutating func add(_ nanoseconds: Int64) {
    let bucket = Self.bounds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
    counts[bucket] += 1
    sum &+= nanoseconds
  }

  func adding(_ other: Histogram) -> Histogram {
    var result = self
    for index in counts.indices { result.counts[index] += other.counts[index] }
    result.sum &+= other.sum
    return result
  }
}
