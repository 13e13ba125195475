import Contract
import Testing

@testable import HTTP2

/// Frames a client repeats, and the kind whose budget ends the connection.
struct Flood: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let kind: FrameKind
  /// What comes before.
  let opening: [Frame]
  /// The frames of one repetition.
  let repeated: @Sendable (UInt32) -> [Frame]

  init(
    _ name: String, _ kind: FrameKind, after opening: [Frame] = [],
    _ repeated: @escaping @Sendable (UInt32) -> [Frame]
  ) {
    testDescription = name
    self.kind = kind
    self.opening = opening
    self.repeated = repeated
  }

  private static let half: [Frame] = [.headers(1, Frame.post, flags: 4)]

  // swift-format-ignore
  static let all: [Flood] = [
    Flood("PING", .ping) { _ in [.ping(Array(repeating: 0, count: 8))] },
    Flood("PING acknowledgements", .ping) { _ in [.ping(Array(repeating: 0, count: 8), flags: 1)] },
    Flood("SETTINGS", .settings) { _ in [.settings([(3, 1)])] },
    Flood("PRIORITY", .priority) { _ in [.priority(3, on: 0)] },
    Flood("PRIORITY_UPDATE", .extensionType) { _ in [Frame(type: 0x10, stream: 0, payload: [0, 0, 0, 1])] },
    Flood("unknown frames", .extensionType) { _ in [Frame(type: 0xbe, stream: 0)] },
    Flood("WINDOW_UPDATE on the connection", .windowUpdate) { _ in [.windowUpdate(0, 1)] },
    Flood("WINDOW_UPDATE on a stream", .windowUpdate, after: half) { _ in [.windowUpdate(1, 1)] },
    Flood("empty DATA", .emptyData, after: half) { _ in [.data(1, [])] },
    Flood("DATA of padding alone", .emptyData, after: half) { _ in [.data(1, [2, 0, 0], flags: 8)] },
    Flood("streams opened and reset", .resetStream) { [.headers($0 * 2 + 1), .reset($0 * 2 + 1, 8)] },
    Flood("RST_STREAM on a closed stream", .resetStream, after: [.headers(1), .reset(1, 8)]) { _ in [.reset(1, 8)] },
    Flood("streams with a bad field", .resetSent) { [.headers($0 * 2 + 1, Frame.get + [("X", "y")])] },
    Flood("streams whose window overflows", .resetSent) { [.headers($0 * 2 + 1, Frame.post, flags: 4), .windowUpdate($0 * 2 + 1, 0x7fff_ffff)] },
    Flood("streams whose content-length lies", .resetSent) { [.headers($0 * 2 + 1, Frame.post + [("content-length", "5")], flags: 4), .data($0 * 2 + 1, [1], flags: 1)] },
  ]
}

@Suite("Abuse ends the connection, and ordinary use does not")
struct AbuseTests {
  @Test("a flood ends within its budget", arguments: Flood.all)
  func floods(_ flood: Flood) throws {
    let client = try RawClient()
    client.sends(flood.opening)
    let burst = try #require(FrameBudget.standard.rows.first { $0.kind == flood.kind }?.burst)
    var sent: UInt32 = 1
    while client.session.failure == nil, sent <= 3_000 {
      client.sends(flood.repeated(sent))
      sent += 1
    }
    #expect(client.session.failure == .overBudget(flood.kind))
    #expect(client.goAway == .enhanceYourCalm)
    #expect(client.session.isFinished)
    #expect(sent <= UInt32(burst) + 10 || flood.kind == .windowUpdate)
  }

  @Test("the same frames at a slow pace are forgiven", arguments: Flood.all)
  func slowly(_ flood: Flood) throws {
    let client = try RawClient()
    client.sends(flood.opening)
    let perSecond = try #require(
      FrameBudget.standard.rows.first { $0.kind == flood.kind }?.perSecond)
    for second in 0..<UInt32(400) {
      for number in 0..<UInt32(perSecond / 2) {
        client.sends(flood.repeated(1 + second * UInt32(perSecond) + number), second: second)
      }
    }
    #expect(client.session.failure == nil)
    client.sends([.headers(200_001)], second: 400)
    #expect(client.answered(200_001))
  }

  @Test("streams over the limit that never stop end the connection")
  func refusedStreams() throws {
    var limits = HTTP2Limits()
    limits.concurrentStreamsMax = 1
    let client = try RawClient(limits: limits, react: RawClient.silent)
    var stream: UInt32 = 1
    while client.session.failure == nil, stream < 4_000 {
      client.sends([.headers(stream)])
      stream += 2
    }
    #expect(client.session.failure == .overBudget(.resetSent))
    #expect(client.session.openStreams <= 1)
  }

  @Test("nine CONTINUATION frames in one head end the connection, with GOAWAY")
  func continuations() throws {
    let client = try RawClient()
    client.sends([.headers(1, flags: 1)])
    for _ in 0..<9 where client.session.failure == nil { client.sends([.continuation(1, [])]) }
    #expect(client.session.failure == .tooManyContinuations)
    #expect(client.goAway == .enhanceYourCalm)
    #expect(client.frames.last?.payload == UInt32(1).octets + UInt32(11).octets)
    #expect(client.session.isFinished)
  }

  @Test("a header bomb costs the connection at its second head, and little memory")
  func headerBomb() throws {
    let client = try RawClient()
    // One entry of 4,000 bytes in the compression table, then two thousand references to it.
    let entry: [UInt8] =
      [0x40, 1, UInt8(ascii: "x"), 0x7f, 0xa1, 0x1e] + Array(repeating: 0x61, count: 4_000)
    for stream in [1, 3, 5] as [UInt32] where client.session.failure == nil {
      let block =
        Frame.block(Frame.get) + (stream == 1 ? entry : []) + Array(repeating: 0xbe, count: 2_000)
      client.sends([Frame(type: 1, flags: 5, stream: stream, payload: block)])
    }
    #expect(client.session.failure == .overBudget(.refusedHead))
    #expect(client.events.isEmpty)
    let capacities = client.session.state.streams.indices.map {
      client.session.state.streams[$0].head.bytes.capacity
    }
    #expect(capacities.allSatisfy { $0 <= 16_384 })
  }

  @Test(
    "a header bomb that is never reported costs the connection as well",
    arguments: ["X", "x y", "x"])
  func unreportedBomb(_ name: String) throws {
    let client = try RawClient()
    let entry =
      [0x40, UInt8(name.utf8.count)] + Array(name.utf8) + [0x7f, 0xa1, 0x1e]
      + Array(repeating: 0x61, count: 4_000)
    for stream in [1, 3, 5] as [UInt32] where client.session.failure == nil {
      let block = Frame.block(Frame.get) + (stream == 1 ? entry : [])
      client.sends([Frame(type: 1, flags: 1, stream: stream, payload: block)])
      for step in 0..<6 {
        let references = Array(repeating: UInt8(0xbe), count: 16_384)
        client.sends([
          Frame(type: 9, flags: step == 5 ? 4 : 0, stream: stream, payload: references)
        ])
      }
    }
    #expect(client.session.failure == .overBudget(.refusedHead))
    #expect(client.session.tally.total(.refusedHead) == 2)
    #expect(client.session.tally.total(.headers) == 2)
    #expect(client.goAway == .enhanceYourCalm)
  }

  @Test("a peer that never reads gets a bounded number of acknowledgements")
  func unreadAcknowledgements() throws {
    var limits = HTTP2Limits()
    limits.budget = FrameBudget([])
    let session = try HTTP2Session(limits: limits)
    try session.receive((Frame.clientPreface + Frame.settings().bytes).span, at: 0)
    let ping = Frame.ping(Array(repeating: 1, count: 8)).bytes
    #expect(throws: HTTP2Error.unreadAcknowledgements) {
      for _ in 0..<2_000 { try session.receive(ping.span, at: 0) }
    }
    var bytes: [UInt8] = []
    session.pending(into: &bytes, atMost: .max)
    #expect(Frame.parse(bytes).frames.last?.code == HTTP2Code.enhanceYourCalm.rawValue)
    #expect(session.isFinished)
  }

  @Test("frames for closed streams are dropped, and counted")
  func ignored() throws {
    let client = try RawClient()
    client.sends([.headers(1, Frame.post, flags: 4), .reset(1, 8)])
    for _ in 0..<3_100 where client.session.failure == nil {
      client.sends([.headers(1, flags: 4)])
    }
    #expect(client.session.failure != nil)
    #expect(client.session.isFinished)
  }

  @Test("windows opened byte by byte are not answered byte by byte")
  func dribble() throws {
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      session.respond(key, status: 200, fields: FieldSection(), body: Steps.bytes(200_000))
    }
    client.sends([.windowUpdate(0, 1_000_000), .headers(1)])
    let before = client.frames.filter { $0.type == 0 }.count
    for _ in 0..<900 { client.sends([.windowUpdate(1, 1)]) }
    let after = client.frames.filter { $0.type == 0 }.count
    #expect(after - before == HTTP2Limits().shortFramesMax)
    client.sends([.windowUpdate(1, 1_024)])
    #expect(client.frames.filter { $0.type == 0 }.count == after + 1)
    client.sends([.windowUpdate(1, 200_000)])
    expectSame(client.body(1), Steps.bytes(200_000))
    #expect(client.session.failure == nil)
  }

  @Test(
    "a small window of the peer's own choice is used to the last byte",
    arguments: [1, 2, 3, 100, 1_023])
  func smallWindow(_ window: UInt32) throws {
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      session.respond(key, status: 200, fields: FieldSection(), body: Steps.bytes(Int(window) * 50))
    }
    client.sends([.settings([(UInt16(4), window)]), .headers(1)])
    #expect(client.body(1).count == Int(window))
    for _ in 0..<49 { client.sends([.windowUpdate(1, window)]) }
    expectSame(client.body(1), Steps.bytes(Int(window) * 50))
    #expect(client.frames.last?.flags == Frame.endStream)
  }

  @Test("a window that shrinks below zero is respected (RFC 9113 §6.9.2)")
  func shrinkingWindow() throws {
    let client = try RawClient { session, event in
      guard case .end(let key) = event else { return }
      session.respond(key, status: 200, fields: FieldSection(), body: Steps.bytes(10))
    }
    client.sends([.settings([(4, 3)]), .headers(1)])
    #expect(client.body(1).count == 3)
    client.sends([.settings([(4, 2)]), .windowUpdate(1, 1)])
    #expect(client.body(1).count == 3)
    client.sends([.windowUpdate(1, 1)])
    #expect(client.body(1).count == 4)
  }
}
