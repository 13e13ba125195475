import Contract
import Testing

@testable import HTTP2

@Suite("Bodies that are read as they come, or made as they go")
struct BodyTests {
  @Test("a stepwise body stops at the window until it is taken")
  func stepwise() throws {
    let client = try RawClient(react: RawClient.silent)
    client.sends([.headers(1, Frame.post, flags: 4), .settings(flags: Frame.acknowledge)])
    let key = try #require(client.events.first?.stream)
    #expect(client.events == [.headers(key), .settingsAcknowledged])
    client.session.readStepwise(key)
    for _ in 0..<4 { client.sends([.data(1, Array(repeating: 7, count: 16_384))]) }
    #expect(client.session.bufferedBytes == 65_536)
    #expect(client.events == [.headers(key), .settingsAcknowledged, .body(key)])
    #expect(!client.frames.contains { $0.type == 8 && $0.stream == 1 })
    #expect(client.session.takeBody(key).count == 65_536)
    client.settle()
    #expect(
      client.frames.filter { $0.type == 8 && $0.stream == 1 }.map(\.payload) == [
        UInt32(65_536).octets
      ])
    #expect(client.session.bufferedBytes == 0)
    client.sends([.data(1, [1]), .data(1, [2], flags: 1)])
    #expect(client.events.suffix(3) == [.body(key), .body(key), .end(key)])
    #expect(client.session.takeBody(key) == [1, 2])
    #expect(client.session.bodyReceived(key) == 65_538)
  }

  @Test("a stepwise body beyond the window is a flow-control error")
  func beyondTheWindow() throws {
    let client = try RawClient(react: RawClient.silent)
    client.sends([.settings(flags: 1), .headers(1, Frame.post, flags: 4)])
    let key = try #require(client.events.last?.stream)
    client.session.readStepwise(key)
    for _ in 0..<4 { client.sends([.data(1, Array(repeating: 7, count: 16_384))]) }
    client.sends([.data(1, [7])])
    #expect(client.reset(1) == .flowControlError)
    #expect(client.events.last == .closed(key, .flowControlError))
    #expect(client.session.bufferedBytes == 0)
  }

  @Test("a stepwise body may be longer than any limit")
  func endless() throws {
    var limits = HTTP2Limits()
    limits.bodyBytesMax = 100_000
    let pair = try Pair(server: limits) { server, event, request in
      if case .headers(let key) = event { server.readStepwise(key) }
      if case .end(let key) = event {
        server.respond(key, status: 200, fields: FieldSection(), body: [])
      }
    }
    let key = try #require(
      pair.client.request(
        Pair.fields("POST", "/"), producer: Steps(Array(repeating: .bytes(50_000), count: 20))))
    try pair.settle()
    expectSame(pair.request?.message.body, Steps.bytes(1_000_000))
    #expect(pair.response(key).isComplete)
  }

  @Test("a body that is taken with its stream gone opens the connection's window again")
  func windowComesBack() throws {
    let client = try RawClient(react: RawClient.silent)
    for stream in stride(from: UInt32(1), to: 201, by: 2) {
      client.sends([.headers(stream, Frame.post, flags: 4)])
      let key = try #require(client.events.last?.stream)
      client.session.readStepwise(key)
      client.sends([.data(stream, Array(repeating: 7, count: 16_384)), .reset(stream, 8)])
    }
    #expect(client.session.failure == nil)
    #expect(client.session.bufferedBytes == 0)
    #expect(client.frames.contains { $0.type == 8 && $0.stream == 0 })
  }

  @Test("a body can be read where it lies, while the stream is answered")
  func inPlace() throws {
    let pair = try Pair { _, _, _ in }
    let key = try pair.request("POST", "/", body: [1, 2, 3])
    var bytes: [UInt8] = []
    pair.client.pending(into: &bytes, atMost: .max)
    try pair.server.receive(bytes.span, at: 0)
    while let event = pair.server.nextEvent() {
      guard case .end(let stream) = event else { continue }
      let count = pair.server.withHead(stream) { head in
        pair.server.withBody(stream) { body in
          var fields = FieldSection()
          fields.append(name: "x-method", text: head.method.map { head.string($0) } ?? "")
          pair.server.respond(stream, status: 200, fields: fields, body: body)
          return body.count
        } ?? 0
      }
      #expect(count == 3)
      #expect(pair.server.takeBody(stream).isEmpty)
      #expect(pair.server.withHead(stream, \.count) == 4)
    }
    try pair.settle()
    #expect(pair.response(key).body == [1, 2, 3])
    #expect(pair.response(key).fields["x-method"] == "POST")
  }

  @Test("a producer is asked as the windows allow, and ends with trailers")
  func producer() throws {
    var trailers = FieldSection()
    trailers.append(name: "grpc-status", number: 0)
    let steps = Steps(Array(repeating: .bytes(10_000), count: 30) + [.trailers(trailers, bytes: 5)])
    let pair = try Pair { server, event, _ in
      guard case .end(let key) = event else { return }
      server.respond(key, status: 200, fields: FieldSection(), producer: steps)
    }
    let key = try pair.request()
    try pair.settle()
    expectSame(pair.response(key).body, Steps.bytes(300_005))
    #expect(pair.response(key).trailers == ["grpc-status": "0"])
    #expect(pair.response(key).closed == .noError)
  }

  @Test(
    "the ways a producer can end",
    arguments: [
      ([Production.end(bytes: 0)], 0), ([.end(bytes: 3)], 3), ([.bytes(3), .end(bytes: 0)], 3),
      ([.trailers(FieldSection(), bytes: 2)], 2),
    ])
  func ends(_ productions: [Production], _ count: Int) throws {
    let pair = try Pair { server, event, _ in
      guard case .end(let key) = event else { return }
      server.respond(key, status: 200, fields: FieldSection(), producer: Steps(productions))
    }
    let key = try pair.request()
    try pair.settle()
    expectSame(pair.response(key).body, Steps.bytes(count))
    #expect(pair.response(key).isComplete)
  }

  @Test("trailers alone follow a head without DATA")
  func trailersAlone() throws {
    var trailers = FieldSection()
    trailers.append(name: "grpc-status", number: 12)
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      session.respond(
        key, status: 200, fields: FieldSection(), producer: Steps([.trailers(trailers, bytes: 0)]))
    }
    client.sends([.headers(1)])
    let mine = client.frames.filter { $0.stream == 1 }
    #expect(mine.first?.type == 1 && mine.last?.type == 1)
    #expect(mine.last?.flags == 0x5)
    #expect(mine.flatMap { $0.type == 0 ? $0.payload : [] }.isEmpty)
  }

  @Test("a producer that waits is left alone until it is resumed", arguments: [false, true])
  func waits(_ pauses: Bool) throws {
    let steps = Steps(
      pauses
        ? [.pause(bytes: 4), .pause(bytes: 4), .end(bytes: 0)]
        : [.bytes(4), .wait, .bytes(4), .wait, .end(bytes: 0)])
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      session.respond(key, status: 200, fields: FieldSection(), producer: steps)
    }
    client.sends([.headers(1)])
    let key = try #require(client.events.last?.stream)
    expectSame(client.body(1), Steps.bytes(4))
    let first = pauses ? 1 : 2
    #expect(steps.calls == first)
    client.sends([.ping(Array(repeating: 0, count: 8)), .windowUpdate(1, 100)])
    #expect(steps.calls == first)
    #expect(!client.session.wantsWrite)
    client.session.resume(key)
    client.settle()
    expectSame(client.body(1), Steps.bytes(8))
    client.session.resume(key)
    client.settle()
    #expect(client.frames.last.map { $0.type == 0 && $0.flags == 1 } == true)
    #expect(client.events.last == .closed(key, .noError))
    let calls = steps.calls
    client.session.resume(key)
    client.settle()
    #expect(steps.calls == calls)
  }

  @Test("a producer that gives up resets the stream with its code")
  func aborts() throws {
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      session.respond(
        key, status: 200, fields: FieldSection(),
        producer: Steps([.bytes(4), .abort(.internalError)]))
    }
    client.sends([.headers(1), .headers(3)])
    #expect(client.reset(1) == .internalError && client.reset(3) == .internalError)
    #expect(client.session.openStreams == 0)
    #expect(client.session.tally.total(.resetSent) == 0)
  }
}
