import Testing

@testable import Gateway

@Suite struct FeedCensusTests {
  private static func limits() -> GatewayLimits {
    var limits = GatewayLimits()
    (limits.feedsMax, limits.feedsPerStreamMax, limits.feedsPerPrincipalMax) = (4, 3, 2)
    return limits
  }

  @Test("a feed is let in up to each cap and not beyond")
  func caps() {
    let (census, limits) = (FeedCensus(), Self.limits())
    let asked = [
      ("a", "p", true), ("a", "p", true), ("b", "p", false), ("a", "q", true), ("a", "r", false),
      ("b", "r", true), ("c", "s", false),
    ]
    for (stream, principal, isLetIn) in asked {
      #expect(
        census.enter(stream: stream, principal: principal, limits: limits) == isLetIn,
        "\(principal) on \(stream)")
    }
    #expect(census.total == 4)
  }

  @Test("who leaves makes room for one")
  func leaving() {
    let (census, limits) = (FeedCensus(), Self.limits())
    for _ in 0..<2 { #expect(census.enter(stream: "a", principal: "p", limits: limits)) }
    #expect(!census.enter(stream: "b", principal: "p", limits: limits))
    census.leave(stream: "a", principal: "p")
    #expect(census.enter(stream: "b", principal: "p", limits: limits))
    #expect(!census.enter(stream: "b", principal: "p", limits: limits))
    census.leave(stream: "a", principal: "p")
    census.leave(stream: "b", principal: "p")
    #expect(census.total == 0)
  }
}
