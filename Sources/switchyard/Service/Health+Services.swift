import Contract
import Runs
import Store
import Wire

/// Health as the documents of accounts and of operations have it: by what the server stands on,
/// each measured by a round trip.
extension Health {
  static let serviceMethods: [Method<Health>] = [
    Method(
      task: "switchyard.accounts.v1.Infra/Health", .get, "/api/v1/infra/health", zone: .accounts,
      summary: "Says how the parts are that the server stands on; the status is 200 in any case.",
      permission: nil,
      example: MethodExample(
        "{}",
        answer: """
          {"status":"healthy","services":{\
          "redis":{"status":"healthy","latency_ms":0,"implementation":"embedded"},\
          "database":{"status":"healthy","latency_ms":1},\
          "queue":{"status":"healthy","latency_ms":1},\
          "mail":{"status":"healthy","latency_ms":1},\
          "blob_store":{"status":"healthy","latency_ms":1}}}
          """)
    ) { (health, _: NoInput, _) async throws(Fault) -> Answer<InfraReport> in
      Answer(await health.infra())
    },
    Method(
      task: "switchyard.accounts.v1.Health/Check", .get, "/api/v1/health", zone: .accounts,
      summary: "Says that the server is ready for requests, and by which checks.",
      permission: nil, faults: [.unavailable],
      example: MethodExample(
        "{}",
        answer: """
          {"status":"ok","timestamp":"2026-11-27T10:40:00.000Z",\
          "checks":{"database":"ok","queue":"ok","outbox":"ok"}}
          """)
    ) { (health, _: NoInput, _) async throws(Fault) -> Answer<ChecksReport> in
      Answer(try await health.checks())
    },
  ]

  /// The parts, each asked once.
  private nonisolated(nonsending) func infra() async -> InfraReport {
    let cache = measured { _ = gauge.pending }
    let services = InfraServices(
      redis: ServiceReport(cache, implementation: "embedded"),
      database: ServiceReport(await asked(.database)), queue: ServiceReport(await asked(.queue)),
      mail: ServiceReport(await asked(.mail)), blobStore: ServiceReport(await filesAsked()))
    let reports = [
      services.redis, services.database, services.queue, services.mail, services.blobStore,
    ]
    let isHealthy = reports.allSatisfy { $0.status == .healthy }
    return InfraReport(status: isHealthy ? .healthy : .unhealthy, services: services)
  }

  private nonisolated(nonsending) func checks() async throws(Fault) -> ChecksReport {
    let answers = [
      ("database", await asked(.database)), ("queue", await asked(.queue)),
      ("outbox", await asked(.mail)),
    ]
    let broken = answers.filter { $0.1 == nil }.map { WireValue.text($0.0) }
    guard broken.isEmpty, !ending.hasBegun else {
      throw Fault(
        .unavailable, "degraded", name: "NOT_READY",
        details: [Fault.Detail("checks", .array(broken + (ending.hasBegun ? ["draining"] : [])))],
        retryAfterSeconds: 1)
    }
    return ChecksReport(
      status: "ok", timestamp: wallClock.now,
      checks: Checks(database: "ok", queue: "ok", outbox: "ok"))
  }

  /// What is asked of the store, part by part.
  private enum Question {
    case database, queue, mail

    /// A statement that reads what the part works with.
    var statement: StaticString {
      switch self {
      case .database: "SELECT count(*) FROM sqlite_schema"
      case .queue: "SELECT value FROM run_counts WHERE name = 'pending'"
      case .mail: "SELECT count(*) FROM (SELECT 1 FROM mail_outbox WHERE state = 'queued' LIMIT 1)"
      }
    }
  }

  /// How many milliseconds the answer took; nil where there was none.
  private nonisolated(nonsending) func asked(_ question: Question) async -> Int64? {
    let began = SystemMonotonicClock().nanoseconds
    do throws(StoreError) {
      let answer = try await database.read { (reader) throws(StoreError) in
        try reader.first(Int64.self, question.statement)
      }
      guard answer != nil else { return nil }
    } catch {
      return nil
    }
    return (SystemMonotonicClock().nanoseconds - began) / 1_000_000
  }

  /// How many milliseconds the data folder took to keep a file; nil where it kept none.
  private nonisolated(nonsending) func filesAsked() async -> Int64? {
    let began = SystemMonotonicClock().nanoseconds
    guard await files.run({ [probe] in probe.keeps() }) == true else { return nil }
    return (SystemMonotonicClock().nanoseconds - began) / 1_000_000
  }

  private func measured(_ work: () -> Void) -> Int64 {
    let began = SystemMonotonicClock().nanoseconds
    work()
    return (SystemMonotonicClock().nanoseconds - began) / 1_000_000
  }
}

/// How a part is.
enum ServiceStatus: String, Coded, CaseIterable {
  case healthy
  case unhealthy
}

/// How the whole is, and each of its parts.
struct InfraReport: Coded {
  let status: ServiceStatus
  let services: InfraServices
}

/// The parts that the server stands on.
struct InfraServices: Coded {
  /// What others keep in a cache beside the server is in its memory here.
  let redis: ServiceReport
  let database: ServiceReport
  let queue: ServiceReport
  let mail: ServiceReport
  /// The files beside the database, in the data folder.
  let blobStore: ServiceReport
}

/// How one part is.
struct ServiceReport: Coded {
  static let omitsNil = true

  let status: ServiceStatus
  /// How long it took to answer, in milliseconds.
  let latencyMs: Int64
  let implementation: String?
}

extension ServiceReport {
  /// A part that answered after `milliseconds`, or not at all.
  fileprivate init(_ milliseconds: Int64?, implementation: String? = nil) {
    self.init(
      status: milliseconds == nil ? .unhealthy : .healthy, latencyMs: milliseconds ?? 0,
      implementation: implementation)
  }
}

/// That the server is ready for requests.
struct ChecksReport: Coded {
  /// Always `ok`; a server that is not ready refuses.
  let status: String
  let timestamp: Timestamp
  let checks: Checks
}

/// What was checked, each `ok`.
struct Checks: Coded {
  let database: String
  let queue: String
  let outbox: String
}
