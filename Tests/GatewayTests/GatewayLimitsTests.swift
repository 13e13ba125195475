import Testing

@testable import Gateway

@Suite struct GatewayLimitsTests {
  /// A change of one limit, and the limit that is told.
  static let rows: [Row] = [
    Row("connectionsMax") { $0.connectionsMax = 0 },
    Row("connectionsPerAddressMax") { $0.connectionsPerAddressMax = 0 },
    Row("handshakesMax") { $0.handshakesMax = 0 },
    Row("runningPerConnectionMax") { $0.runningPerConnectionMax = 0 },
    Row("runningMax") { $0.runningMax = 0 },
    Row("handshakeMax") { $0.handshakeMax = .zero },
    Row("settingsMax") { $0.settingsMax = .zero },
    Row("trimAfter") { $0.trimAfter = .zero },
    Row("headerMax") { $0.headerMax = .zero },
    Row("bodyPatience") { $0.bodyPatience = .zero },
    Row("bodyRateMin") { $0.bodyRateMin = 0 },
    Row("bodyRateWindow") { $0.bodyRateWindow = .zero },
    Row("stallMax") { $0.stallMax = .zero },
    Row("drainMax") { $0.drainMax = .nanoseconds(-1) },
    Row("pingEvery") { $0.pingEvery = .zero },
    Row("pingEvery") { $0.pingEvery = $0.idleMax },
    Row("standingEvery") { $0.standingEvery = .zero },
    Row("feedPageMax") { $0.feedPageMax = 0 },
    Row("feedPagesKept") { $0.feedPagesKept = 0 },
    Row("feedsPerStreamMax") { $0.feedsPerStreamMax = 0 },
    Row("feedsPerPrincipalMax") { $0.feedsPerPrincipalMax = 0 },
    Row("feedsPerTenantMax") { $0.feedsPerTenantMax = 0 },
    Row("feedsMax") { $0.feedsMax = 0 },
    Row("backlog") { $0.backlog = 0 },
    Row("jobsPerTurn") { $0.jobsPerTurn = 0 },
    Row("sweepEvery") { $0.sweepEvery = .zero },
    Row("sweepEvery") { $0.sweepEvery = $0.handshakeMax },
  ]

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let change: @Sendable (inout GatewayLimits) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout GatewayLimits) -> Void) {
      self.name = name
      self.change = change
    }

    var testDescription: String { name }
  }

  @Test("a limit that cannot be is told by its name", arguments: rows)
  func problems(_ row: Row) {
    var limits = GatewayLimits()
    row.change(&limits)
    #expect(limits.problems().contains { $0.hasPrefix(row.name + " ") })
  }

  @Test("the defaults hold together, and so does a server that ends at once")
  func defaults() {
    var limits = GatewayLimits()
    #expect(limits.problems().isEmpty)
    limits.drainMax = .zero
    #expect(limits.problems().isEmpty)
  }

  @Test("durations are counted in nanoseconds, and saturate")
  func nanoseconds() {
    #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
    #expect(Duration.nanoseconds(1).nanoseconds == 1)
    #expect(Duration.seconds(Int64.max).nanoseconds == .max)
  }
}
