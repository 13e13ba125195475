import Contract
import HTTP2
import Testing

@testable import Gateway

@Suite("Rapid resets", .timeLimit(.minutes(5))) struct RapidResetTests {
  private func fields(_ server: TestServer, _ path: String) -> FieldSection {
    var fields = FieldSection()
    fields.append(name: ":method", value: "GET")
    fields.append(name: ":scheme", value: "https")
    fields.append(name: ":authority", text: "localhost:\(server.listener.port)")
    fields.append(name: ":path", text: path)
    return fields
  }

  /// Limits whose timers do not fire while a test waits for its turn among others.
  private func limits(running: Int) -> GatewayLimits {
    var limits = GatewayLimits()
    limits.runningPerConnectionMax = running
    limits.settingsMax = .seconds(3600)
    limits.idleMax = .seconds(3600)
    limits.stallMax = .seconds(3600)
    return limits
  }

  @Test("resets start no more work than the limit, and none of it is left")
  func bounded() async throws {
    let limits = limits(running: 10)
    let server = try TestServer(limits: limits)
    defer { server.end() }
    let connection = try server.connect()
    var most = 0
    for _ in 0..<20 {
      let streams = (0..<20).compactMap { _ in
        connection.http2.request(fields(server, "/never"), body: [])
      }
      #expect(streams.count == 20)
      try connection.send()
      for stream in streams { connection.http2.reset(stream, .cancel) }
      try connection.send()
      most = max(most, await server.listener.metrics().running)
    }
    #expect(most <= 10)
    while await server.listener.metrics().running > 0 { await Task.yield() }
    #expect(server.greeter.cancelled.value > 0)
    // An honest call on the same connection is answered.
    #expect(try server.ask(connection, "/greeting").status == 200)
  }

  @Test("calls beyond the limit wait, and all are answered")
  func waits() async throws {
    let limits = limits(running: 1)
    let server = try TestServer(limits: limits)
    defer { server.end() }
    let connection = try server.connect()
    var open = Set(
      (0..<50).compactMap { _ in connection.http2.request(fields(server, "/later"), body: []) })
    #expect(open.count == 50)
    try connection.send()
    while !open.isEmpty {
      try connection.receive()
      while let event = connection.http2.nextEvent() {
        if case .end(let stream) = event { open.remove(stream) }
      }
      try connection.send()
    }
    #expect(server.observer.all == [Int](repeating: 200, count: 50))
    #expect(await server.listener.metrics().running == 0)
  }

  @Test("calls that never end hold up the others until they are cancelled")
  func makesRoom() async throws {
    let limits = limits(running: 1)
    let server = try TestServer(limits: limits)
    defer { server.end() }
    let connection = try server.connect()
    guard let never = connection.http2.request(fields(server, "/never"), body: []) else {
      Issue.record("no stream")
      return
    }
    try connection.send()
    while await server.listener.metrics().running == 0 { await Task.yield() }
    connection.http2.reset(never, .cancel)
    #expect(try server.ask(connection, "/later").status == 200)
    #expect(server.greeter.cancelled.value == 1)
  }
}
