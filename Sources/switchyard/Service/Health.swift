import Contract
import Gateway
import Runs
import Wire

/// What the server says of itself without asking anybody.
struct Health: Sendable {
  let gauge: QueueGauge
  let census: FeedCensus
  let wallClock: any WallClock

  static let methods: [Method<Health>] = [
    Method(
      inline: "switchyard.interface.v1.Interface/Health", .get, "/health", zone: .root,
      summary: "Says that the process lives, and how much it has to do.", permission: nil
    ) { (health, _: NoInput, _) throws(Fault) -> HealthReport in
      health.report
    }
  ]

  private var report: HealthReport {
    let (pending, running) = (gauge.pending, gauge.running)
    return HealthReport(
      status: "ok", timestamp: wallClock.now,
      queue: QueueReport(length: pending, processing: running > 0),
      sse: StreamsReport(clients: Int64(census.total)), version: Version.text)
  }
}

/// The state of a living process.
struct HealthReport: Coded {
  let status: String
  let timestamp: Timestamp
  let queue: QueueReport
  let sse: StreamsReport
  let version: String
}

/// The runs that wait, and whether any is executed.
struct QueueReport: Coded {
  let length: Int64
  let processing: Bool
}

/// The event streams that are open.
struct StreamsReport: Coded {
  let clients: Int64
}
