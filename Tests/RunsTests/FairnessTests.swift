import Contract
import Models
import Store
import Testing
import Wire

@testable import Runs

/// Whose run is taken next, and who has used up what it may.
@Suite("organisations take turns, and have their limits")
struct FairnessTests {
  private static func scope(_ organisation: String) -> Scope {
    Scope(organisation: organisation, user: "u1", project: nil)
  }

  private func order(_ test: TestRunner, count: Int, tenantMax: Int = 256) async throws -> [String]
  {
    try await test.database.write { (transaction) throws(StoreError) in
      var order: [String] = []
      for number in 0..<count {
        guard let job = try RunJob.next(tenantMax: tenantMax, transaction) else { break }
        _ = try job.claim(
          under: "l\(number)", at: test.time.now, until: .max, events: 1, transaction)
        try QueueCounts.take(of: job.scope.organisation, in: transaction)
        order.append(job.input)
      }
      return order
    }
  }

  @Test("an organisation whose tools cannot be read has its runs fail, and holds up no others")
  func unreadableTools() async throws {
    let test = try TestRunner { $0.workers = 1 }
    try await test.change(
      """
      INSERT INTO skills (id, org_id, name, description, tools, risk_level, provider,
        allow_implicit_invocation, health_status, created_at, updated_at)
      VALUES ('skill_1', 'o2', 's', '', '[]', 'unheard of', 'builtin', 0, 'unknown', 1, 1)
      """, "INSERT INTO skill_tools (name, skill_id) VALUES ('calculator', 'skill_1')")
    // In turn, so that the end of each takes the next.
    let first = try await test.create(["input": "1 + 1"])
    try await test.create(["input": "1 + 1"], in: Self.scope("o2"))
    let last = try await test.create(["input": "2 + 2"])
    let views = try await test.working {
      [try await test.end(of: first), try await test.end(of: last)]
    }
    #expect(views.map(\.status) == [.completed, .completed])
    let failed = try await test.number(
      """
      SELECT count(*) FROM runs WHERE org_id = 'o2' AND status = 'failed'
        AND error LIKE '%INTERNAL_ERROR%'
      """)
    #expect(failed == 1)
  }

  @Test("each organisation that has a run comes once before one comes twice")
  func takesTurns() async throws {
    let test = try TestRunner()
    for number in 0..<6 {
      try await test.create(
        ["input": .text("a\(number)"), "session_key": .text("s_\(number)")], in: Self.scope("a"))
    }
    for name in ["b", "c"] {
      for number in 0..<2 {
        try await test.create(
          ["input": .text("\(name)\(number)"), "session_key": .text("s_\(number)")],
          in: Self.scope(name))
      }
    }
    let order = try await order(test, count: 20)
    #expect(order == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "a3", "a4", "a5"])
  }

  @Test("runs of a session follow one another, and hold up nobody else")
  func keepsSessions() async throws {
    let test = try TestRunner()
    for number in 0..<3 { try await test.create(["input": .text("a\(number)")]) }
    try await test.create(["input": "beside", "session_key": "s_other"])
    #expect(try await order(test, count: 20) == ["a0", "beside"])
  }

  @Test("an organisation has no more runs executed than it may")
  func limitsRunning() async throws {
    let test = try TestRunner()
    for number in 0..<4 {
      try await test.create(
        ["input": "a", "session_key": .text("s_\(number)")], in: Self.scope("a"))
    }
    try await test.create(["input": "b"], in: Self.scope("b"))
    #expect(try await order(test, count: 20, tenantMax: 2) == ["a", "b", "a"])
  }

  @Test("an organisation whose queue is full is told what is left, and others are not")
  func limitsWaiting() async throws {
    let test = try TestRunner { $0.tenantQueueMax = 2 }
    for _ in 0..<2 { try await test.create(["input": "a"]) }
    let fault = await #expect(throws: Fault.self) { try await test.create(["input": "a"]) }
    #expect(fault?.code == .throttled && fault?.name == "QUOTA_EXCEEDED")
    #expect(fault?.details.map(\.name) == ["quota", "limit", "used", "left"])
    #expect(fault?.details.last?.value == 0)
    try await test.create(["input": "b"], in: Self.scope("b"))
    #expect(try await test.number("SELECT sum(pending) FROM tenant_queues") == 3)
    #expect(try await test.number("SELECT value FROM run_counts WHERE name = 'pending'") == 3)
  }

  /// What a day may have two runs of, and what the refusal of a third says.
  struct Quota: Sendable {
    let change: @Sendable (inout RunLimits) -> Void
    let details: [WireValue]
  }

  // swift-format-ignore
  static let quotas: [Named<Quota>] = [
    Named("tokens", Quota(change: { $0.tenantTokensPerDay = 1101 }, details: ["tokens_per_day", 1101, 2200, 0])),
    Named("cost",   Quota(change: { $0.tenantCostPerDay = Dollars(clamping: 3501) }, details: ["cost_per_day", 3501, 7000, 0])),
    Named("both",   Quota(change: { $0.tenantTokensPerDay = 1_000_000; $0.tenantCostPerDay = Dollars(clamping: 7000) }, details: ["cost_per_day", 7000, 7000, 0])),
  ]

  @Test("what is used of a day's is counted, and ends with it", arguments: quotas)
  func limitsDays(_ row: Named<Quota>) async throws {
    let test = try TestRunner(providers: PricedSource(prices: .sample), row.row.change)
    for _ in 0..<2 { _ = try await test.finish(["input": "a"]) }
    let fault = await #expect(throws: Fault.self) { try await test.create(["input": "a"]) }
    #expect(fault?.code == .throttled && fault?.name == "QUOTA_EXCEEDED")
    #expect(fault?.details.map(\.name) == ["quota", "limit", "used", "left"])
    #expect(fault?.details.map(\.value) == row.row.details)
    #expect((1...86_401).contains(fault?.retryAfterSeconds ?? 0))
    try await test.create(["input": "b"], in: Self.scope("b"))
    test.time.advance(by: .seconds(86_400))
    try await test.create(["input": "a"])
  }
}
