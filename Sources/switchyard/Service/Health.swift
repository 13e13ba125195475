import Contract
import Gateway
import Runs
import Store
import Wire

/// What the server says of itself: that it lives without asking anybody, and whether it is ready.
struct Health: Sendable {
  let gauge: QueueGauge
  let census: FeedCensus
  let wallClock: any WallClock
  let ending: Ending
  let database: Database

  static let methods: [Method<Health>] = [
    Method(
      inline: "switchyard.interface.v1.Interface/Health", .get, "/health", zone: .root,
      summary: "Says that the process lives and how much it has to do; if asked, that it is ready.",
      permission: nil, faults: [.unavailable],
      waits: { $0.ready == 1 },
      run: { (health, _: HealthQuery, _) throws(Fault) -> HealthReport in health.report },
      later: { (health, _: HealthQuery, _) async throws(Fault) -> HealthReport in
        try await health.requireReadiness()
        return health.report
      })
  ]

  private var report: HealthReport {
    let (pending, running) = (gauge.pending, gauge.running)
    return HealthReport(
      status: "ok", timestamp: wallClock.now,
      queue: QueueReport(length: pending, processing: running > 0),
      sse: StreamsReport(clients: Int64(census.total)), version: Version.text)
  }

  /// Refuses with every reason why new work should go elsewhere (the catalogue, §9.3).
  nonisolated(nonsending) func requireReadiness() async throws(Fault) {
    var reasons: [WireValue] = ending.hasBegun ? ["draining"] : []
    do throws(StoreError) {
      _ = try await database.read { (reader) throws(StoreError) in
        try reader.first(Int64.self, "SELECT count(*) FROM sqlite_schema")
      }
    } catch {
      reasons.append("database")
    }
    guard reasons.isEmpty else {
      throw Fault(
        .unavailable, "the server is not ready for requests", name: "NOT_READY",
        details: [Fault.Detail("reasons", .array(reasons))], retryAfterSeconds: 1)
    }
  }
}

/// What is asked of the server's health.
struct HealthQuery: Coded {
  /// 1 asks whether the server is ready for requests, which it is not while it ends or cannot read
  /// its database.
  let ready: Bounded<0, 1>?
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
