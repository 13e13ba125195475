import Contract
import Testing

@testable import HTTP2

@Suite("How streams and connections end")
struct EndingTests {
  @Test("a stale key does nothing, even when its slot serves another stream")
  func staleKeys() throws {
    let client = try RawClient(react: RawClient.silent)
    client.sends([.headers(1, Frame.post, flags: 4), .data(1, [1])])
    let stale = try #require(client.events.first?.stream)
    client.sends([.reset(1, 8), .headers(3, Frame.post, flags: 4), .data(3, [2])])
    let fresh = try #require(client.events.last?.stream)
    #expect(stale.index == fresh.index && stale != fresh)

    let session = client.session
    #expect(!session.isOpen(stale))
    #expect(session.withHead(stale) { _ in true } == nil)
    #expect(session.withBody(stale) { _ in true } == nil)
    #expect(session.head(of: stale) == nil)
    #expect(session.takeBody(stale).isEmpty)
    #expect(!session.respond(stale, status: 200, fields: FieldSection(), body: [1]))
    #expect(!session.respond(stale, status: 200, fields: FieldSection(), producer: Steps([])))
    #expect(!session.inform(stale, status: 100, fields: FieldSection()))
    session.reset(stale, .cancel)
    session.resume(stale)
    session.readStepwise(stale)
    client.settle()

    #expect(session.isOpen(fresh))
    #expect(session.takeBody(fresh) == [2])
    #expect(!client.answered(3) && client.reset(3) == nil)
  }

  @Test("only the first answer counts")
  func answeredTwice() throws {
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      #expect(session.respond(key, status: 200, fields: FieldSection(), body: [1]))
      #expect(!session.respond(key, status: 500, fields: FieldSection(), body: [2]))
      #expect(!session.inform(key, status: 103, fields: FieldSection()))
    }
    client.sends([.headers(1)])
    #expect(client.body(1) == [1])
    #expect(client.frames.filter { $0.type == 1 }.count == 1)
  }

  @Test("a reset stream takes no answer, and says so once")
  func reset() throws {
    let client = try RawClient { session, event in
      guard case .headers(let key) = event else { return }
      session.reset(key, .cancel)
      #expect(!session.isOpen(key))
      #expect(!session.respond(key, status: 200, fields: FieldSection(), body: [1]))
      session.reset(key, .internalError)
    }
    client.sends([.headers(1, Frame.post, flags: 4), .data(1, [1])])
    #expect(client.frames.filter { $0.type == 3 }.map(\.code) == [HTTP2Code.cancel.rawValue])
    #expect(client.events.last == client.events.first?.stream.map { .closed($0, .cancel) })
    #expect(client.session.tally.total(.resetSent) == 0)
  }

  @Test("a client that resets mid-response stops it, and its bytes are forgotten")
  func resetMidResponse() throws {
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      session.respond(key, status: 200, fields: FieldSection(), body: Steps.bytes(500_000))
    }
    client.sends([.headers(1)])
    let key = try #require(client.events.first?.stream)
    #expect(client.session.queuedBytes == 500_000 - 65_535)
    client.sends([.reset(1, 8), .windowUpdate(0, 1_000_000)])
    #expect(client.session.queuedBytes == 0)
    #expect(client.body(1).count == 65_535)
    #expect(client.events == [.end(key), .closed(key, .cancel)])
  }

  @Test("an answer whose head no frame can carry resets its stream")
  func headTooLargeToSend() throws {
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      var fields = FieldSection()
      fields.append(name: "x", text: String(repeating: "v", count: 70_000))
      session.respond(key, status: 200, fields: fields, body: [1])
    }
    client.sends([.headers(1)])
    #expect(client.reset(1) == .internalError)
    #expect(client.session.openStreams == 0)
    #expect(client.session.tally.total(.resetSent) == 0)
  }

  @Test("the rest of a request that is answered already is thrown away, and then stopped")
  func earlyAnswer() throws {
    var limits = HTTP2Limits()
    limits.discardedBytesMax = 3
    for body in [[], [1, 2, 3]] as [[UInt8]] {
      let client = try RawClient(limits: limits) { session, event in
        guard case .headers(let key) = event else { return }
        session.respond(key, status: 401, fields: FieldSection(), body: body)
      }
      for stream in [1, 3] as [UInt32] {
        client.sends([.headers(stream, Frame.post, flags: 4), .data(stream, [1])])
        expectSame(client.body(stream), body)
        let last = client.frames.last { $0.stream == stream && $0.type < 2 }
        #expect(last.map { $0.flags & Frame.endStream } == Frame.endStream)
        #expect(client.reset(stream) == nil && client.session.openStreams == 1)
        client.sends([.data(stream, [2, 3], flags: stream == 1 ? Frame.endStream : 0)])
        if stream == 3 { client.sends([.data(stream, [4])]) }
        #expect(client.reset(stream) == (stream == 1 ? nil : .noError))
        #expect(client.session.openStreams == 0)
      }
      #expect(client.session.failure == nil && client.session.bufferedBytes == 0)
    }
  }

  @Test("an answer whose stream was reset before it was written leaves its place to the next one")
  func answerOfAStreamThatIsGone() throws {
    var first: StreamKey?
    var second: StreamKey?
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      var fields = FieldSection()
      if first == nil {
        first = key
        fields.append(name: "x-first", text: "never to be seen")
        session.respond(key, status: 200, fields: fields, body: [1])
        let bytes = (Frame.reset(1, 8).bytes + Frame.headers(3).bytes)
        #expect(throws: Never.self) { try session.receive(bytes.span, at: 0) }
      } else {
        second = key
        // Longer than the place that the first answer had.
        fields.append(name: "x-second", text: String(repeating: "b", count: 2_000))
        session.respond(key, status: 201, fields: fields, body: [2])
      }
    }
    client.sends([.headers(1)])
    #expect(first?.index == second?.index && first != second)
    #expect(!client.answered(1) && client.body(1).isEmpty)
    let head = try #require(client.frames.first { $0.type == 1 && $0.stream == 3 })
    #expect(head.payload.count > 1_000)
    expectSame(client.body(3), [2])
    #expect(client.session.failure == nil)
  }

  @Test("a graceful end: the largest id, then the last, then nothing")
  func graceful() throws {
    let client = try RawClient(react: RawClient.silent)
    client.sends([.headers(1), .headers(3)])
    let keys = client.events.compactMap(\.stream)
    client.session.shutdownNotice()
    client.settle()
    #expect(client.frames.last?.payload == UInt32(0x7fff_ffff).octets + UInt32(0).octets)
    client.sends([.headers(5)])
    #expect(client.events.count == 3)
    client.session.goAway(.noError)
    client.settle()
    #expect(client.frames.last?.payload == UInt32(5).octets + UInt32(0).octets)
    client.sends([.headers(7)])
    #expect(client.events.count == 3)
    for key in keys { client.session.respond(key, status: 200, fields: FieldSection(), body: []) }
    client.settle()
    #expect(!client.session.isFinished)
    let last = try #require(
      client.events.last { if case .end = $0 { true } else { false } }?.stream)
    client.session.respond(last, status: 200, fields: FieldSection(), body: [])
    client.settle()
    #expect(client.session.isFinished)
    #expect(client.session.failure == nil)
  }

  @Test("a client that says GOAWAY gets its answers, and then the end")
  func goAwayOfTheClient() throws {
    let client = try RawClient()
    client.sends([.headers(1, Frame.post, flags: 4), .goAway(0, 0)])
    #expect(client.events.contains(.goAway(.noError)))
    #expect(!client.session.isFinished)
    client.sends([.data(1, [1], flags: 1)])
    #expect(client.answered(1))
    #expect(client.session.isFinished && client.session.failure == nil)
  }

  @Test("an idle connection ends at once after GOAWAY")
  func gracefulWhenIdle() throws {
    let client = try RawClient()
    client.session.shutdownNotice()
    client.settle()
    #expect(!client.session.isFinished)
    client.session.goAway(.noError)
    client.settle()
    #expect(client.session.isFinished)
    #expect(client.goAway == .noError)
  }

  @Test("GOAWAY with an error of the application's is no failure of the peer's")
  func goAwayWithCode() throws {
    let client = try RawClient()
    client.session.goAway(.settingsTimeout)
    client.settle()
    #expect(client.goAway == .settingsTimeout)
    #expect(client.session.failure == nil)
    #expect(client.session.isFinished)
  }

  @Test("GOAWAY of the server is an event, and what it did not take is refused to be tried again")
  func goAwayAtTheClient() throws {
    var keys: [StreamKey] = []
    let pair = try Pair { server, event, _ in
      guard case .end(let key) = event else { return }
      keys.append(key)
      server.goAway(.noError)
      server.respond(key, status: 200, fields: FieldSection(), body: [1])
    }
    let first = try pair.request()
    try pair.settle()
    #expect(pair.clientEvents.contains(.goAway(.noError)))
    #expect(pair.response(first).isComplete)
    let second = pair.client.request(Pair.fields("GET", "/"), body: [])
    try pair.settle()
    if let second { #expect(pair.response(second).closed == .refusedStream) }
    #expect(keys.count == 1)
    #expect(pair.client.openStreams == 0)
    #expect(pair.client.isFinished && pair.server.isFinished)
  }

  @Test("a client can reset a request, sent or not")
  func clientResets() throws {
    let pair = try Pair { _, _, _ in }
    let unsent = try pair.request("POST", "/", body: Steps.bytes(100))
    pair.client.reset(unsent, .cancel)
    try pair.settle()
    #expect(pair.response(unsent).closed == .cancel)
    let sent = try pair.request("POST", "/", body: Steps.bytes(100))
    try pair.settle()
    pair.client.reset(sent, .cancel)
    try pair.settle()
    #expect(pair.response(sent).closed == .cancel)
    #expect(
      pair.serverEvents.last.map { if case .closed(_, .cancel) = $0 { true } else { false } }
        == true)
    #expect(pair.server.openStreams == 0 && pair.client.openStreams == 0)
  }
}
