import Contract
import Testing
import Wire

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
    #expect(refused["ratelimit-policy"] == "\"requests\";q=3;w=2")
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

  @Test("names beyond the remembered ones wait until one is forgotten")
  func remembersSoMany() {
    let clock = HandClock()
    let buckets = TokenBuckets(bucketsMax: 2, clock: clock)
    let take = { (name: String) in buckets.take(from: name, refill: 100_000_000, burst: 5) }
    #expect(take("a") == .taken(left: 4, fullAfter: 100_000_000))
    #expect(take("b") == .taken(left: 4, fullAfter: 100_000_000))
    #expect(take("c") == .refused(wait: 100_000_000))
    clock.advance(milliseconds: 100)
    #expect(take("c") == .taken(left: 4, fullAfter: 100_000_000))
    clock.advance(milliseconds: 50)
    #expect(take("c") == .taken(left: 3, fullAfter: 150_000_000))
  }

  @Test("no rate is no limit")
  func isOffByDefault() async throws {
    let client = try TestClient()
    for _ in 0..<1000 {
      #expect(await client.ask("GET", "/api/runs/r", TestClient.all).status == 200)
    }
  }

  /// A row that each network may call thrice a minute.
  private static func limited(scale: Int) throws -> (Interface, HandClock) {
    let clock = HandClock()
    var limits = InterfaceLimits()
    limits.networkRateScale = scale
    let row = Method<Int>(
      inline: "sample.v1.Rates/Get", .get, "/limited", zone: .root, summary: "Is limited.",
      permission: nil
    ) { (_, _: NoInput, _) throws(Fault) -> WireValue in "done" }
    let interface = try Interface(
      routes: [Route(row.limited(RatePolicy("sample", quota: 3, windowSeconds: 60)), on: 0)],
      services: InterfaceServices(
        authenticator: SampleAuthenticator(), tickets: SampleTickets(),
        identifiers: CountingIdentifiers(), clock: clock, isReady: { true }, digest: { $0 }),
      limits: limits)
    return (interface, clock)
  }

  private static func ask(_ interface: Interface, from address: UInt32) async -> Response {
    var last: LastRequest?
    let request = Request(
      head: TestClient.head("GET", "/limited"), body: [], network: .version4(address))
    return await interface.respond(to: request, after: &last).response()
  }

  @Test("a row's rate holds for each network by itself, and says what it is")
  func limitsNetworks() async throws {
    let (interface, clock) = try Self.limited(scale: 1)
    for (left, seconds) in [(2, 20), (1, 40), (0, 60)] {
      let answer = await Self.ask(interface, from: 1)
      #expect(answer.status == 200)
      #expect(answer["ratelimit-policy"] == "\"sample\";q=3;w=60")
      #expect(answer["ratelimit"] == "\"sample\";r=\(left);t=\(seconds)")
    }
    let refused = await Self.ask(interface, from: 1)
    #expect(refused.status == 429)
    #expect(refused["retry-after"] == "20")
    #expect(refused["ratelimit-policy"] == "\"sample\";q=3;w=60")
    #expect(refused["ratelimit"] == "\"sample\";r=0;t=20")
    #expect(await Self.ask(interface, from: 2).status == 200)
    clock.advance(milliseconds: 20_000)
    #expect(await Self.ask(interface, from: 1).status == 200)
    #expect(await Self.ask(interface, from: 1).status == 429)
  }

  @Test("an operator may scale the rates of rows")
  func scales() async throws {
    let (interface, _) = try Self.limited(scale: 2)
    for _ in 0..<6 { #expect(await Self.ask(interface, from: 1).status == 200) }
    #expect(await Self.ask(interface, from: 1).status == 429)
  }
}
