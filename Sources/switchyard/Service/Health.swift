import Contract
import Gateway
import Runs
import Store
import Synchronization
import Wire

/// What the server says of itself: that it lives without asking anybody, and whether it is ready.
struct Health: Sendable {
  let gauge: QueueGauge
  let census: FeedCensus
  let wallClock: any WallClock
  let ending: Ending
  let database: Database
  /// Tries the data folder, on the one thread of `files`.
  let probe: FolderProbe
  let files: WorkerPool
  let latest = LatestHealth()

  static let methods: [Method<Health>] =
    [
      Method(
        either: "switchyard.interface.v1.Interface/Health", .get, "/health", zone: .root,
        summary:
          "Says that the process lives and how much it has to do; if asked, that it is ready.",
        permission: nil, faults: [.unavailable],
        example: MethodExample(
          "{}",
          answer: """
            {"status":"ok","timestamp":"2026-11-26T21:41:17.535Z",\
            "queue":{"length":0,"processing":false},"sse":{"clients":0},"version":"0.1.0"}
            """),
        memory: { (health, query: HealthQuery, _) throws(Fault) -> EncodedOnce<HealthReport>? in
          query.ready == 1 ? nil : health.latest.report(of: health.facts)
        },
        run: { (health, _: HealthQuery, _) async throws(Fault) -> HealthReport in
          try await health.requireReadiness()
          return health.facts.report
        })
    ] + serviceMethods

  private var facts: HealthFacts {
    HealthFacts(
      timestamp: wallClock.recent, pending: gauge.pending, running: gauge.running,
      clients: Int64(census.total))
  }

  /// Refuses with every reason why new work should go elsewhere (the catalogue, §9.3).
  nonisolated(nonsending) func requireReadiness() async throws(Fault) {
    let reasons = await reasons
    guard reasons.isEmpty else {
      throw Fault(
        .unavailable, "the server is not ready for requests", name: "NOT_READY",
        details: [Fault.Detail("reasons", .array(reasons))], retryAfterSeconds: 1)
    }
  }

  /// Whether there is no such reason.
  nonisolated(nonsending) var isReady: Bool {
    get async { await reasons.isEmpty }
  }

  nonisolated(nonsending) private var reasons: [WireValue] {
    get async {
      var reasons: [WireValue] = ending.hasBegun ? ["draining"] : []
      do throws(StoreError) {
        _ = try await database.read { (reader) throws(StoreError) in
          try reader.first(Int64.self, "SELECT count(*) FROM sqlite_schema")
        }
      } catch {
        reasons.append("database")
      }
      return reasons
    }
  }
}

/// All that a report tells; two that are the same make the same report.
struct HealthFacts: Equatable, Sendable {
  let timestamp: Timestamp
  let pending: Int64
  let running: Int64
  let clients: Int64

  var report: HealthReport {
    HealthReport(
      status: "ok", timestamp: timestamp,
      queue: QueueReport(length: pending, processing: running > 0),
      sse: StreamsReport(clients: clients), version: Version.text)
  }
}

/// The report that was made last: under load, hundreds of probes ask in one millisecond.
final class LatestHealth: Sendable {
  private struct Made {
    let facts: HealthFacts
    let report: EncodedOnce<HealthReport>
  }

  private let made = Mutex<Made?>(nil)

  func report(of facts: HealthFacts) -> EncodedOnce<HealthReport> {
    made.withLock { made in
      if let made, made.facts == facts { return made.report }
      let report = EncodedOnce(facts.report)
      made = Made(facts: facts, report: report)
      return report
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
