import Contract
import Gateway
import Runs
import Store
import Testing
import Wire

@testable import switchyard

@Suite("health") struct HealthTests {
  // swift-format-ignore
  static let rows: [(isEnding: Bool, isClosed: Bool, reasons: [WireValue])] = [
    (false, false, []),
    (true,  false, ["draining"]),
    (false, true,  ["database"]),
    (true,  true,  ["draining", "database"]),
  ]

  @Test("a server that ends or cannot read is not ready, and says all reasons", arguments: rows)
  func readiness(_ row: (isEnding: Bool, isClosed: Bool, reasons: [WireValue])) async throws {
    let database = try Database(
      at: .ephemeral(in: "/tmp"), migrations: [], configuration: .standard, monotonic: { 0 },
      observe: { _ in })
    let ending = Ending()
    if row.isEnding { #expect(ending.begin() && !ending.begin()) }
    if row.isClosed { database.close() }
    let health = Health(
      gauge: QueueGauge(), census: FeedCensus(), wallClock: SystemWallClock(), ending: ending,
      database: database, probe: FolderProbe(folder: "/tmp"),
      files: try WorkerPool(threads: 1, waitingMax: 1))
    guard !row.reasons.isEmpty else {
      try await health.requireReadiness()
      return
    }
    let fault = await #expect(throws: Fault.self) { try await health.requireReadiness() }
    #expect(fault?.code == .unavailable && fault?.name == "NOT_READY")
    #expect(fault?.details == [Fault.Detail("reasons", .array(row.reasons))])
    #expect(fault?.retryAfterSeconds == 1)
  }
}
