import Contract
import Testing

@testable import Routing

struct RateTests {
  private static func limits(_ rate: Int, burst: Int, buckets: Int = 10) -> InterfaceLimits {
    var limits = InterfaceLimits()
    limits.requestsPerSecond = rate
    limits.requestBurst = burst
    limits.rateBucketsMax = buckets
    return limits
  }

  @Test("a caller has a burst, then the rate, and is told when to come back")
  func limitsCallers() async throws {
    let client = try TestClient(limits: Self.limits(2, burst: 3))
    let statuses = { (count: Int, caller: String) async -> [Int] in
      var statuses: [Int] = []
      let fields = [("authorization", "Bearer \(caller)"), ("x-org-id", "o1"), ("x-user-id", "u1")]
      for _ in 0..<count { statuses.append(await client.ask("GET", "/api/runs/r", fields).status) }
      return statuses
    }
    #expect(await statuses(4, "all") == [200, 200, 200, 429])
    #expect(await statuses(1, "reader") == [200], "another caller has a burst of its own")
    let refused = await client.ask("GET", "/api/runs/r", TestClient.all)
    #expect(refused["retry-after"] == "1")
    #expect(refused.code == "RATE_LIMITED")
    client.clock.advance(milliseconds: 499)
    #expect(await statuses(1, "all") == [429])
    client.clock.advance(milliseconds: 1)
    #expect(await statuses(2, "all") == [200, 429])
    client.clock.advance(milliseconds: 60_000)
    #expect(await statuses(4, "all") == [200, 200, 200, 429])
  }

  @Test("open rows and refused callers are not counted")
  func countsAdmittedCallsOnly() async throws {
    let client = try TestClient(limits: Self.limits(1, burst: 1))
    for _ in 0..<3 { #expect(await client.ask("GET", "/health").status == 200) }
    for _ in 0..<3 {
      #expect(
        await client.ask("GET", "/api/runs/r", [("authorization", "Bearer all")]).status == 400)
    }
    #expect(await client.ask("GET", "/api/runs/r", TestClient.all).status == 200)
  }

  @Test("callers beyond the remembered ones wait until one is forgotten")
  func remembersSoMany() throws {
    let clock = HandClock()
    let limiter = try #require(RateLimiter(Self.limits(10, burst: 5, buckets: 2), clock: clock))
    try limiter.admit("a")
    try limiter.admit("b")
    #expect(throws: Fault.self) { try limiter.admit("c") }
    clock.advance(milliseconds: 100)
    try limiter.admit("c")
  }

  @Test("no rate is no limiter")
  func isOffByDefault() {
    #expect(RateLimiter(InterfaceLimits(), clock: HandClock()) == nil)
  }
}
