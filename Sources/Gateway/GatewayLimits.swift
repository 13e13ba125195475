/// Every limit of the network half, with its default.
package struct GatewayLimits: Sendable {
  /// Connections that are open at once; one more is closed on arrival.
  package var connectionsMax = 20_000
  /// Connections that are open at once in the process from one address of IPv4 or one /64 of IPv6;
  /// one more is closed on arrival.
  package var connectionsPerAddressMax = 1000
  /// Handshakes in progress on one loop; the next connections wait until some have ended.
  package var handshakesMax = 1024
  /// Requests of one connection that are worked on at once, also for streams that were reset
  /// meanwhile; further ones wait.
  package var runningPerConnectionMax = 100
  /// Requests of one loop that are worked on at once; one more is refused, to be tried again.
  package var runningMax = 16_384
  /// Bytes that all connections may hold for slow peers; beyond, those that hold more than
  /// `bufferedBytesSpared` begin nothing new.
  package var bufferedBytesMax = 256 * 1024 * 1024
  /// Bytes that a connection may hold however many the others do.
  package var bufferedBytesSpared = 64 * 1024
  /// From accept to the end of the TLS handshake.
  package var handshakeMax: Duration = .seconds(5)
  /// From our SETTINGS to their acknowledgement (RFC 9113 §6.5.3).
  package var settingsMax: Duration = .seconds(5)
  /// From a request's first header byte to its last.
  package var headerMax: Duration = .seconds(10)
  /// A connection without an open stream.
  package var idleMax: Duration = .seconds(120)
  /// How long a connection without an open stream keeps its buffers for the next one.
  package var trimAfter: Duration = .seconds(1)
  /// How long a body may go without `bodyRateMin` bytes before the minimum rate holds.
  package var bodyPatience: Duration = .seconds(10)
  /// The bytes of request bodies that a connection must bring in each `bodyRateWindow`.
  package var bodyRateMin = 1024
  package var bodyRateWindow: Duration = .seconds(5)
  /// Output that waits on a socket which takes nothing.
  package var stallMax: Duration = .seconds(30)
  /// From the first signal to the end, for work that is in flight.
  package var drainMax: Duration = .seconds(10)
  /// How often a silent feed says that it lives.
  package var pingEvery: Duration = .seconds(15)
  /// How often it is asked whether the principals of open feeds still stand.
  package var standingEvery: Duration = .seconds(1)
  /// Events in one page of a feed.
  package var feedPageMax = 256
  /// Pages that subscribers of one topic share in memory.
  package var feedPagesKept = 32
  /// Feeds that are open at once on one stream of the log, for one principal, and in the process.
  package var feedsPerStreamMax = 100
  package var feedsPerPrincipalMax = 20
  package var feedsMax = 1000
  /// Feeds of one organisation that are open at once; as many as of all when it is nil.
  package var feedsPerTenantMax: Int?
  /// Connections that wait to be accepted.
  package var backlog = 1024
  /// Jobs that run before sockets are looked at again.
  package var jobsPerTurn = 1024
  /// How often deadlines are looked at; each fires at most this much late.
  package var sweepEvery: Duration = .milliseconds(500)

  package init() {}

  /// Everything that is wrong with these limits taken together.
  package func problems() -> [String] {
    var problems: [String] = []
    let positive: [(String, Bool)] = [
      ("connectionsMax", connectionsMax > 0),
      ("connectionsPerAddressMax", connectionsPerAddressMax > 0),
      ("handshakesMax", handshakesMax > 0),
      ("runningPerConnectionMax", runningPerConnectionMax > 0),
      ("runningMax", runningMax > 0),
      ("bufferedBytesMax", bufferedBytesMax > 0), ("bufferedBytesSpared", bufferedBytesSpared > 0),
      ("handshakeMax", handshakeMax > .zero),
      ("settingsMax", settingsMax > .zero), ("headerMax", headerMax > .zero),
      ("trimAfter", trimAfter > .zero), ("bodyPatience", bodyPatience > .zero),
      ("bodyRateMin", bodyRateMin > 0),
      ("bodyRateWindow", bodyRateWindow > .zero), ("stallMax", stallMax > .zero),
      ("pingEvery", pingEvery > .zero), ("standingEvery", standingEvery > .zero),
      ("feedPageMax", feedPageMax > 0),
      ("feedPagesKept", feedPagesKept > 0), ("feedsPerStreamMax", feedsPerStreamMax > 0),
      ("feedsPerPrincipalMax", feedsPerPrincipalMax > 0), ("feedsMax", feedsMax > 0),
      ("feedsPerTenantMax", feedsPerTenantMax ?? 1 > 0),
      ("backlog", backlog > 0), ("jobsPerTurn", jobsPerTurn > 0),
      ("sweepEvery", sweepEvery > .zero),
    ]
    for (name, holds) in positive where !holds { problems.append("\(name) must be above zero") }
    if drainMax < .zero { problems.append("drainMax must not be below zero") }
    if pingEvery >= idleMax { problems.append("pingEvery must be below idleMax") }
    if sweepEvery >= handshakeMax { problems.append("sweepEvery must be below handshakeMax") }
    return problems
  }
}

extension Duration {
  /// The whole nanoseconds, saturated at about 292 years.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : whole + attoseconds / 1_000_000_000
  }
}
