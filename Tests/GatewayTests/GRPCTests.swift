import Contract
import Negotiation
import Testing
import Wire

@testable import Gateway

@Suite("Calls by gRPC", .timeLimit(.minutes(10))) struct GRPCTests {
  @Test("every kind of row answers with one message and success", arguments: ["Greet", "Later"])
  func answers(_ method: String) throws {
    let server = try TestServer()
    defer { server.end() }
    let connection = try server.connect()
    // The second head is the first one again, which takes a shorter way.
    for _ in 0..<2 {
      let (messages, end) = try server.call(connection, method)
      let greeting = method == "Greet" ? "hello" : "at last"
      #expect(
        messages.map { String(decoding: $0, as: UTF8.self) } == [#"{"greeting":"\#(greeting)"}"#])
      #expect(end.string("grpc-status") == "0")
    }
    #expect(server.observer.all == [200, 200])
  }

  @Test("a stream gives the events alone, and ends in success")
  func streams() throws {
    let server = try TestServer()
    defer { server.end() }
    let (messages, end) = try server.call(try server.connect(), "Watch")
    #expect(messages == FakeSource.items(0..<Greeter.eventCount).map(\.event.bytes))
    #expect(end.string("grpc-status") == "0")
  }

  @Test("a call that takes too long ends when its time is over, and its work with it")
  func deadline() async throws {
    let server = try TestServer()
    defer { server.end() }
    let connection = try server.connect()
    let (messages, end) = try server.call(connection, "Never", [("grpc-timeout", "20m")])
    #expect(messages.isEmpty && end.string("grpc-status") == "4")
    while server.greeter.cancelled.value == 0 { await Task.yield() }
    // A later call on the connection is none the worse for it.
    #expect(try server.call(connection, "Later", [("grpc-timeout", "1H")]).messages.count == 1)
    #expect(server.observer.all == [504, 200])
  }

  @Test("a stream that goes on ends when the time of its call is over")
  func streamDeadline() async throws {
    let server = try TestServer()
    defer { server.end() }
    let (messages, end) = try server.call(
      try server.connect(), "WatchOn", [("grpc-timeout", "20000u")])
    #expect(messages.count == 1 && end.string("grpc-status") == "4")
    #expect(await server.listener.metrics().openFeeds == 0)
  }

  @Test("a stream says why it ends before its topic does")
  func endsWithPrincipal() async throws {
    var limits = GatewayLimits()
    limits.sweepEvery = .milliseconds(1)
    limits.standingEvery = .milliseconds(1)
    let server = try TestServer(limits: limits)
    defer { server.end() }
    let (messages, end) = try server.call(
      try server.connect(), "WatchOn",
      heard: { _ in
        server.everybody.endAll()
        return true
      })
    #expect(messages.count == 1 && end.string("grpc-status") == "16")
    #expect(end.string("grpc-message") == "the credential of this stream has ended")
  }
}
