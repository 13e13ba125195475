import Contract
import HTTP2
import Testing

@testable import Gateway

@Suite("Work of one connection", .timeLimit(.minutes(10))) struct ConnectionWorkTests {
  /// A server that works on so many requests of a connection, whose timers do not fire while a test
  /// waits for its turn among others.
  private func server(running: Int) throws -> TestServer {
    var limits = GatewayLimits()
    limits.runningPerConnectionMax = running
    limits.settingsMax = .seconds(3600)
    limits.idleMax = .seconds(3600)
    limits.stallMax = .seconds(3600)
    return try TestServer(limits: limits)
  }

  /// Opens so many streams with a request for the path, and sends them.
  private func open(
    _ count: Int, _ path: String, on connection: ClientConnection, of server: TestServer
  ) throws -> [StreamKey] {
    var fields = FieldSection()
    fields.append(name: ":method", value: "GET")
    fields.append(name: ":scheme", value: "https")
    fields.append(name: ":authority", text: "localhost:\(server.listener.port)")
    fields.append(name: ":path", text: path)
    let streams = (0..<count).compactMap { _ in connection.http2.request(fields, body: []) }
    #expect(streams.count == count)
    try connection.send()
    return streams
  }

  private func cancel(_ streams: [StreamKey], on connection: ClientConnection) throws {
    for stream in streams { connection.http2.reset(stream, .cancel) }
    try connection.send()
  }

  @Test("resets start no more work than the limit, and none of it is left")
  func bounded() async throws {
    let server = try server(running: 10)
    defer { server.end() }
    let connection = try server.connect()
    var most = 0
    for _ in 0..<20 {
      try cancel(open(20, "/never", on: connection, of: server), on: connection)
      most = max(most, await server.listener.metrics().running)
    }
    #expect(most <= 10)
    while await server.listener.metrics().running > 0 { await Task.yield() }
    // An honest call on the same connection is answered.
    #expect(try server.ask(connection, "/greeting").status == 200)
  }

  @Test("calls beyond the limit wait, and all are answered")
  func waits() async throws {
    let server = try server(running: 1)
    defer { server.end() }
    let connection = try server.connect()
    var waiting = Set(try open(50, "/later", on: connection, of: server))
    while !waiting.isEmpty {
      try connection.receive()
      while let event = connection.http2.nextEvent() {
        if case .end(let stream) = event { waiting.remove(stream) }
      }
      try connection.send()
    }
    #expect(server.observer.all == [Int](repeating: 200, count: 50))
    #expect(await server.listener.metrics().running == 0)
  }

  @Test("a call that never ends holds up the others until it is cancelled")
  func makesRoom() async throws {
    let server = try server(running: 1)
    defer { server.end() }
    let connection = try server.connect()
    let never = try open(1, "/never", on: connection, of: server)
    while await server.listener.metrics().running == 0 { await Task.yield() }
    try cancel(never, on: connection)
    #expect(try server.ask(connection, "/later").status == 200)
    #expect(server.greeter.cancelled.value == 1)
  }

  @Test("a call that waits for others ends when its time is over, and is not begun later")
  func patience() async throws {
    let server = try server(running: 1)
    defer { server.end() }
    let connection = try server.connect()
    let never = try open(1, "/never", on: connection, of: server)
    while await server.listener.metrics().running == 0 { await Task.yield() }
    let (messages, end) = try server.call(connection, "Never", [("grpc-timeout", "20m")])
    #expect(messages.isEmpty && end.string("grpc-status") == "4")
    try cancel(never, on: connection)
    #expect(try server.call(connection, "Later").messages.count == 1)
    // The one that was under way was cancelled; the one that waited never was.
    #expect(server.greeter.cancelled.value == 1)
    #expect(server.observer.all == [504, 200])
  }
}
