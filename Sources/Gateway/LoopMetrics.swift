/// What one loop has counted since it began; added up over the loops when somebody asks.
package struct LoopMetrics: Sendable {
  package var connectionsAccepted = 0
  package var connectionsRefused = 0
  package var connectionsClosed = 0
  /// How often connections were left waiting, for want of descriptors or because of handshakes.
  package var listeningPaused = 0
  package var handshakes = 0
  package var tlsFailures = 0
  package var plaintextRefused = 0
  package var protocolErrors = 0
  package var tasksStarted = 0
  package var feedPagesRead = 0
  package var feedEventsRead = 0
  package var feedFailures = 0
  package var openStreams = 0
  /// Bytes that connections hold for slow peers.
  package var bufferedBytes = 0
  /// Requests that are being worked on.
  package var running = 0
  package var openFeeds = 0
  package var expired: [String: Int] = [:]
  package var answers = AnswerCounts()
  /// From the commit of an event to the moment when its subscribers are handed it.
  package var feedLag = Histogram()

  package init() {}

  /// Adds up two loops, value by value.
  package static func += (left: inout LoopMetrics, right: LoopMetrics) {
    let sums: [WritableKeyPath<LoopMetrics, Int>] = [
      \.connectionsAccepted, \.connectionsRefused, \.connectionsClosed, \.listeningPaused,
      \.handshakes, \.tlsFailures, \.plaintextRefused, \.protocolErrors, \.tasksStarted,
      \.feedPagesRead, \.feedEventsRead,
      \.feedFailures, \.openStreams, \.running, \.openFeeds,
      \.bufferedBytes,
    ]
    for sum in sums { left[keyPath: sum] += right[keyPath: sum] }
    left.expired.merge(right.expired, uniquingKeysWith: +)
    left.answers.add(right.answers)
    left.feedLag.add(right.feedLag)
  }
}

/// How long answers took, by the row that gave them and their status.
package struct AnswerCounts: Sendable {
  /// The answers of one row with one status.
  package struct Cell: Sendable {
    /// The row's place in the table; nil for requests that no row matched.
    package let route: Int?
    package let status: Int
    package fileprivate(set) var durations = Histogram()
  }

  /// By the row's place plus one; a row has few statuses, so a walk finds its cell soonest.
  private var rows: [[Cell]] = []

  package init() {}

  /// Every cell that counted something, in the order of the table.
  package var cells: [Cell] { rows.flatMap { $0.sorted { $0.status < $1.status } } }

  /// Counts one answer.
  package mutating func count(route: Int?, status: Int, nanoseconds: Int64) {
    let (row, place) = find(route, status)
    rows[row][place].durations.add(nanoseconds)
  }

  mutating func add(_ other: AnswerCounts) {
    for cell in other.cells {
      let (row, place) = find(cell.route, cell.status)
      rows[row][place].durations.add(cell.durations)
    }
  }

  private mutating func find(_ route: Int?, _ status: Int) -> (row: Int, place: Int) {
    let row = (route ?? -1) + 1
    while rows.count <= row { rows.append([]) }
    if let place = rows[row].firstIndex(where: { $0.status == status }) { return (row, place) }
    rows[row].append(Cell(route: route, status: status))
    return (row, rows[row].count - 1)
  }
}

/// Durations in buckets whose bounds grow by about three.
package struct Histogram: Sendable {
  /// The upper bounds of the buckets, in nanoseconds; the last bucket has none.
  package static let bounds: InlineArray<13, Int64> = [
    10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000,
    300_000_000, 1_000_000_000, 3_000_000_000, 10_000_000_000,
  ]
  /// How many durations fell into each bucket, and the nanoseconds of all together.
  package private(set) var counts = InlineArray<14, Int>(repeating: 0)
  package private(set) var sum: Int64 = 0

  package init() {}

  /// The number of durations.
  package var total: Int { counts.indices.reduce(0) { $0 + counts[$1] } }

  /// Counts one duration.
  package mutating func add(_ nanoseconds: Int64) {
    var bucket = 0
    while bucket < Self.bounds.count, nanoseconds > Self.bounds[bucket] { bucket += 1 }
    counts[bucket] += 1
    sum &+= nanoseconds
  }

  mutating func add(_ other: Histogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    sum &+= other.sum
  }
}
