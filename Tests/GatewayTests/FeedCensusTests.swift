import Contract
import Testing
import Wire

@testable import Gateway

@Suite struct FeedCensusTests {
  private static func limits() -> GatewayLimits {
    var limits = GatewayLimits()
    (limits.feedsMax, limits.feedsPerStreamMax, limits.feedsPerPrincipalMax) = (4, 3, 2)
    return limits
  }

  private static func seat(
    _ stream: String, _ principal: String, of tenant: String? = nil
  ) -> FeedSeat {
    FeedSeat(stream: stream, principal: principal, tenant: tenant)
  }

  @Test("a feed is let in up to each cap and not beyond")
  func caps() {
    let (census, limits) = (FeedCensus(), Self.limits())
    let asked: [(String, String, FeedShortage.Cap?)] = [
      ("a", "p", nil), ("a", "p", nil), ("b", "p", .caller), ("a", "q", nil), ("a", "r", .stream),
      ("b", "r", nil), ("c", "s", .server),
    ]
    for (stream, principal, cap) in asked {
      #expect(
        census.enter(Self.seat(stream, principal), limits: limits)?.cap == cap,
        "\(principal) on \(stream)")
    }
    #expect(census.total == 4)
  }

  @Test("an organisation has as many as it may, whoever asks for it, and others have theirs")
  func tenants() {
    let census = FeedCensus()
    var limits = GatewayLimits()
    limits.feedsPerTenantMax = 2
    for caller in ["p", "q"] {
      #expect(census.enter(Self.seat("a", caller, of: "one"), limits: limits) == nil)
    }
    let shortage = census.enter(Self.seat("b", "r", of: "one"), limits: limits)
    #expect(shortage == FeedShortage(cap: .tenant, limit: 2, used: 2))
    #expect(census.enter(Self.seat("c", "p", of: "two"), limits: limits) == nil)
    #expect(census.enter(Self.seat("d", "p"), limits: limits) == nil)
    #expect(census.count(of: "one") == 2 && census.total == 4)
    census.leave(Self.seat("a", "q", of: "one"))
    #expect(census.enter(Self.seat("b", "r", of: "one"), limits: limits) == nil)
    for seat in [Self.seat("a", "p", of: "one"), Self.seat("b", "r", of: "one")] {
      census.leave(seat)
    }
    #expect(census.count(of: "one") == 0 && census.count(of: "two") == 1)
  }

  @Test("an organisation may have as many as all where nobody says how many")
  func noTenantCap() {
    let census = FeedCensus()
    var limits = GatewayLimits()
    limits.feedsMax = 3
    for caller in ["p", "q", "r"] {
      #expect(census.enter(Self.seat("a", caller, of: "one"), limits: limits) == nil)
    }
    #expect(census.enter(Self.seat("a", "s", of: "one"), limits: limits)?.cap == .server)
  }

  @Test("a refusal says what is used up, of how much, and when to come back")
  func refusals() {
    for cap in [FeedShortage.Cap.caller, .stream, .tenant, .server] {
      let fault = FeedShortage(cap: cap, limit: 3, used: 4).fault
      #expect(fault.code == .throttled && fault.name == "TOO_MANY_STREAMS")
      #expect(fault.retryAfterSeconds ?? 0 > 0)
      #expect(
        fault.details == [
          Fault.Detail("quota", .text(cap.rawValue)), Fault.Detail("limit", 3),
          Fault.Detail("used", 4), Fault.Detail("left", 0),
        ])
    }
  }

  @Test("who leaves makes room for one")
  func leaving() {
    let (census, limits) = (FeedCensus(), Self.limits())
    for _ in 0..<2 { #expect(census.enter(Self.seat("a", "p"), limits: limits) == nil) }
    #expect(census.enter(Self.seat("b", "p"), limits: limits) != nil)
    census.leave(Self.seat("a", "p"))
    #expect(census.enter(Self.seat("b", "p"), limits: limits) == nil)
    #expect(census.enter(Self.seat("b", "p"), limits: limits) != nil)
    census.leave(Self.seat("a", "p"))
    census.leave(Self.seat("b", "p"))
    #expect(census.total == 0)
  }
}
