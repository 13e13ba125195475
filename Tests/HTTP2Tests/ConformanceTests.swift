import Testing

@testable import HTTP2

/// What RFC 9113 says of a server that is told these frames after the two sides have greeted.
struct Exchange: Sendable, CustomTestStringConvertible {
  enum Outcome: Sendable {
    /// The connection ends with GOAWAY and this code.
    case connection(HTTP2Code)
    /// The stream ends with this code; the connection lives.
    case stream(UInt32, HTTP2Code)
    /// The stream is answered; the connection lives.
    case answered(UInt32)
    /// Nothing is wrong, and nobody is answered.
    case nothing
  }

  let testDescription: String
  let frames: [Frame]
  let outcome: Outcome

  init(_ name: String, _ frames: [Frame], _ outcome: Outcome) {
    testDescription = name
    self.frames = frames
    self.outcome = outcome
  }
}

@Suite("RFC 9113, frame by frame")
struct ConformanceTests {
  @Test("frames", arguments: Exchange.frames) func frames(_ row: Exchange) throws {
    try check(row)
  }

  @Test("streams", arguments: Exchange.streams) func streams(_ row: Exchange) throws {
    try check(row)
  }

  @Test("messages", arguments: Exchange.messages) func messages(_ row: Exchange) throws {
    try check(row)
  }

  @Test("compression", arguments: Exchange.compression) func compression(_ row: Exchange) throws {
    try check(row)
  }

  @Test("every frame split into single bytes gives the same", arguments: Exchange.all)
  func splits(_ row: Exchange) throws {
    let client = try RawClient()
    for byte in row.frames.flatMap(\.bytes) { client.says([byte]) }
    verify(row, client)
  }

  @Test("extended CONNECT", arguments: Exchange.extended)
  func extended(_ row: Exchange) throws {
    var limits = HTTP2Limits()
    limits.allowsExtendedConnect = true
    try check(row, limits: limits)
  }

  private func check(_ row: Exchange, limits: HTTP2Limits = HTTP2Limits()) throws {
    let client = try RawClient(limits: limits)
    client.sends(row.frames)
    verify(row, client)
  }

  private func verify(_ row: Exchange, _ client: RawClient) {
    switch row.outcome {
    case .connection(let code):
      #expect(client.goAway == code)
      #expect(client.session.failure != nil)
      #expect(client.session.isFinished)
      #expect(throws: HTTP2Error.self) { try client.session.receive([0].span, at: 0) }
      return
    case .stream(let stream, let code):
      #expect(client.reset(stream) == code)
      #expect(!client.answered(stream))
    case .answered(let stream):
      #expect(client.answered(stream))
      #expect(client.reset(stream) == nil)
    case .nothing:
      #expect(!client.frames.contains { $0.type == 1 || $0.type == 3 })
    }
    #expect(client.goAway == nil)
    #expect(client.session.failure == nil)
    client.sends([.ping(Array(repeating: 9, count: 8))])
    #expect(client.frames.last { $0.type == 6 }?.payload == Array(repeating: 9, count: 8))
  }
}

@Suite("The greeting")
struct GreetingTests {
  @Test("the first frame is SETTINGS with every setting a client needs to know")
  func settings() throws {
    let client = try RawClient(greets: false)
    client.settle()
    let settings = try #require(client.frames.first)
    #expect(settings.type == 4)
    let entries = stride(from: 0, to: settings.payload.count, by: 6).map {
      (id: settings.payload[$0 + 1], value: UInt32(octets: settings.payload[($0 + 2)..<($0 + 6)]))
    }
    let values = Dictionary(entries.map { ($0.id, $0.value) }, uniquingKeysWith: { $1 })
    #expect(values == [3: 256, 4: 65_536, 5: 16_384, 6: 16_384])
    #expect(client.frames.dropFirst().map(\.type) == [8])
    #expect(client.frames.last?.payload == UInt32(1024 * 1024 - 65_535).octets)
  }

  @Test(
    "another protocol is refused, after SETTINGS",
    arguments: [
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
      "\u{16}\u{3}\u{1}",
    ])
  func otherProtocol(_ text: String) throws {
    let client = try RawClient(greets: false)
    client.says(Array(text.utf8))
    #expect(client.error == .badPreface)
    #expect(client.frames.map(\.type) == [4, 8, 7])
    #expect(client.goAway == .protocolError)
    #expect(client.session.isFinished)
  }

  @Test("the preface must be followed by SETTINGS")
  func noSettings() throws {
    let client = try RawClient(greets: false)
    client.says(Frame.clientPreface + Frame.headers(1).bytes)
    #expect(client.goAway == .protocolError)
  }

  @Test("our SETTINGS acknowledged is an event; the peer's are acknowledged")
  func acknowledges() throws {
    let client = try RawClient()
    #expect(client.frames.contains { $0.type == 4 && $0.flags == Frame.acknowledge })
    #expect(!client.events.contains(.settingsAcknowledged))
    client.sends([.settings(flags: Frame.acknowledge)])
    #expect(client.events == [.settingsAcknowledged])
  }

  @Test("limits that cannot be used are refused with all reasons")
  func limits() {
    var limits = HTTP2Limits()
    limits.streamWindow = 0
    limits.frameBytesMax = 16_383
    limits.bodiesBytesMax = limits.bodyBytesMax - 1
    #expect(limits.problems().count == 3)
    #expect(throws: HTTP2Error.limits(limits.problems())) { try HTTP2Session(limits: limits) }
    #expect(HTTP2Limits().problems().isEmpty)
    #expect(HTTP2Limits.client.problems().isEmpty)
  }
}
