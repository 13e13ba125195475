import Contract
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(10))) struct ListenerTests {
  @Test("a server on a free port answers over TLS and HTTP/2, and ends when it is told to")
  func serves() async throws {
    let server = try TestServer()
    defer { server.end() }
    #expect(server.listener.port > 0)
    #expect(server.listener.origin == "https://localhost:\(server.listener.port)")
    let connection = try server.connect()
    let greeting = try server.ask(connection, "/greeting")
    #expect(greeting.status == 200 && greeting.body == #"{"greeting":"hello"}"#)
    let later = try server.ask(connection, "/later")
    #expect(later.status == 200 && later.body == #"{"greeting":"at last"}"#)
    let afar = try server.ask(connection, "/elsewhere", method: "POST")
    #expect(afar.status == 200 && afar.body == #"{"greeting":"from afar"}"#)
    #expect(try server.ask(connection, "/nowhere").status == 404)
    #expect(server.observer.all == [200, 200, 200, 404])
    let metrics = await server.listener.metrics()
    #expect(metrics.connectionsAccepted == 1 && metrics.handshakes == 1)
    #expect(metrics.tlsFailures == 0 && metrics.protocolErrors == 0)
  }

  @Test("a feed is given whole, page after page, and its place is free again")
  func feeds() async throws {
    let server = try TestServer()
    defer { server.end() }
    let connection = try server.connect()
    for _ in 0..<2 {
      let feed = try server.ask(connection, "/events", accept: "text/event-stream")
      #expect(feed.status == 200)
      let lines = feed.body.split(separator: "\n")
      let ids = lines.filter { $0.hasPrefix("id: ") }.map { $0.dropFirst(4) }
      #expect(ids == (1...Greeter.eventCount).map { "\($0)" })
      #expect(lines.first == "event: connected")
    }
    // The loops answer this between two turns, so the one that wrote the end is over.
    #expect(await server.listener.metrics().feedFailures == 0)
    #expect(server.listener.census.total == 0)
  }

  @Test("a feed ends when its principal has, and not before")
  func endsWithPrincipal() async throws {
    var limits = GatewayLimits()
    limits.sweepEvery = .milliseconds(1)
    limits.standingEvery = .milliseconds(1)
    limits.pingEvery = .milliseconds(2)
    let server = try TestServer(limits: limits)
    defer { server.end() }
    let feed = try server.ask(
      try server.connect(), "/events/on", accept: "text/event-stream",
      heard: { text in
        // Pings show that the feed outlives the first answers.
        guard server.everybody.askedAfter > 3, text.contains("event: ping") else { return }
        server.everybody.endAll()
      })
    #expect(feed.status == 200)
    #expect(feed.body.contains("id: 1\n") && feed.body.hasSuffix("retry: 1000\n\n"))
    // The loops answer this between two turns, so the one that wrote the end is over.
    #expect(await server.listener.metrics().openFeeds == 0)
    #expect(server.listener.census.total == 0)
    // Nobody is asked about when nobody listens.
    let asked = server.everybody.askedAfter
    _ = try server.ask(try server.connect(), "/greeting")
    #expect(server.everybody.askedAfter == asked)
  }

  @Test(
    "an organisation that has all its feeds is refused one more, in the form that was asked for")
  func tenantLimit() async throws {
    var limits = GatewayLimits()
    limits.sweepEvery = .milliseconds(1)
    limits.standingEvery = .milliseconds(1)
    limits.feedsPerTenantMax = 1
    let server = try TestServer(limits: limits)
    defer { server.end() }
    var refused: (status: Int?, body: String)?
    var call: FieldSection?
    let feed = try server.ask(
      try server.connect(), "/events/on", accept: "text/event-stream",
      heard: { _ in
        guard refused == nil else { return }
        #expect(server.listener.census.count(of: Greeter.tenant) == 1)
        do {
          let other = try server.connect()
          refused = try server.ask(other, "/events", accept: "text/event-stream")
          call = try server.call(other, "Watch").end
        } catch {
          Issue.record(error)
        }
        server.everybody.endAll()
      })
    #expect(feed.status == 200)
    #expect(refused?.status == 429)
    #expect(refused?.body.contains(#""code":"TOO_MANY_STREAMS""#) == true)
    #expect(refused?.body.contains(#""limit":1,"#) == true)
    #expect(call?.string("grpc-status") == "8")
    #expect(await server.listener.metrics().openFeeds == 0)
    #expect(server.listener.census.count(of: Greeter.tenant) == 0)
    let again = try server.ask(try server.connect(), "/events", accept: "text/event-stream")
    #expect(again.status == 200)
  }

  @Test("a connection above the limit is closed on arrival")
  func connectionLimit() async throws {
    var limits = GatewayLimits()
    limits.connectionsMax = 1
    let server = try TestServer(limits: limits)
    defer { server.end() }
    // Each of the two loops has its own limit.
    var open: [ClientConnection] = []
    var refused = 0
    while refused == 0, open.count < 3 {
      do {
        open.append(try server.connect())
      } catch is ClientFailure {
        refused += 1
      }
    }
    #expect(refused == 1 && (1...2).contains(open.count))
    #expect(await server.listener.metrics().connectionsRefused == 1)
    withExtendedLifetime(open) {}
  }
}
