import Contract
import Testing

@testable import HTTP2

@Suite("A client and a server of ours")
struct JoinedTests {
  /// Answers with what came, so that each way of the exchange can be seen.
  private static func echo(
    _ server: HTTP2Session, _ event: HTTP2Event, _ request: Pair.Message
  ) {
    guard case .end(let key) = event else { return }
    var fields = FieldSection()
    fields.append(name: "content-length", number: request.body.count)
    fields.append(name: "x-path", text: request.fields[":path"] ?? "")
    server.respond(key, status: 203, fields: fields, body: request.body)
  }

  @Test(
    "every split of the bytes gives the same exchange",
    arguments: [1, 2, 3, 7, 8, 9, 10, 13, 64, 16_384])
  func splits(_ piece: Int) throws {
    let pair = try Pair(piece: piece, react: Self.echo)
    let bare = try pair.request("GET", "/bare?x=1")
    let full = try pair.request(
      "POST", "/full", body: Steps.bytes(1_000),
      extra: [("x-long", String(repeating: "v", count: 300))])
    try pair.settle()
    #expect(
      pair.response(bare)
        == Pair.Message(
          fields: [":status": "203", "content-length": "0", "x-path": "/bare?x=1"],
          isComplete: true, closed: .noError))
    #expect(
      pair.response(full)
        == Pair.Message(
          fields: [":status": "203", "content-length": "1000", "x-path": "/full"],
          body: Steps.bytes(1_000),
          isComplete: true, closed: .noError))
    #expect(pair.requests.count == 2)
    #expect(pair.server.openStreams == 0 && pair.client.openStreams == 0)
    #expect(pair.server.bufferedBytes == 0 && pair.server.queuedBytes == 0)
    #expect(pair.client.bufferedBytes == 0 && pair.client.queuedBytes == 0)
  }

  @Test("a request without a body is one event, then one for its end")
  func eventsOfABareRequest() throws {
    let pair = try Pair(react: Self.echo)
    _ = try pair.request()
    try pair.settle()
    let key = try #require(pair.request?.key)
    #expect(pair.serverEvents.filter { $0.stream != nil } == [.end(key), .closed(key, .noError)])
  }

  @Test("a request with a body is headers, body, end")
  func eventsOfAFullRequest() throws {
    let pair = try Pair(react: Self.echo)
    _ = try pair.request("POST", "/", body: Steps.bytes(40_000))
    try pair.settle()
    let key = try #require(pair.request?.key)
    #expect(
      pair.serverEvents.filter { $0.stream != nil } == [
        .headers(key), .body(key), .end(key), .closed(key, .noError),
      ])
  }

  @Test(
    "bodies around the sizes of frames, windows and limits arrive whole both ways",
    arguments: [
      1, 16_383, 16_384, 16_385, 65_534, 65_535, 65_536, 65_537, 131_072, 1_048_575, 1_048_576,
    ])
  func sizes(_ count: Int) throws {
    let pair = try Pair(react: Self.echo)
    let body = Steps.bytes(count)
    let key = try pair.request("POST", "/", body: body)
    try pair.settle()
    #expect(pair.response(key).fields[":status"] == "203")
    expectSame(pair.response(key).body, body)
    #expect(pair.server.failure == nil && pair.client.failure == nil)
  }

  @Test("a thousand streams reuse a few slots, and no key comes twice")
  func slots() throws {
    let pair = try Pair(react: Self.echo)
    for _ in 0..<125 {
      for number in 0..<8 { _ = try pair.request("POST", "/\(number)", body: [UInt8(number)]) }
      try pair.settle()
    }
    #expect(pair.requests.count == 1_000)
    #expect(pair.responses.count == 1_000)
    #expect(pair.responses.values.allSatisfy { $0.closed == .noError && $0.body.count == 1 })
    #expect(pair.server.state.streams.indices.count <= 8)
    pair.server.trim()
    #expect(pair.server.state.streams.indices.isEmpty)
    let key = try pair.request()
    try pair.settle()
    #expect(pair.response(key).isComplete)
  }

  @Test("a unique value comes without its name from the second time on, and pushes nothing out")
  func uniqueValues() throws {
    let server = try HTTP2Session(limits: HTTP2Limits())
    let client = try HTTP2ClientSession(limits: .client)
    var lengths: [Int] = []
    for number in 0..<1_000 {
      _ = try #require(client.request(Pair.fields("GET", "/"), body: []))
      try Self.carry(client, server)
      while let event = server.nextEvent() {
        guard case .end(let key) = event else { continue }
        var fields = FieldSection()
        fields.append(name: "content-type", value: "application/x-of-some-length")
        let value = Array("\(100_000_000 + number)".utf8)
        fields.append(name: "x-some-correlation-id", uniqueBytes: value.span)
        #expect(server.respond(key, status: 200, fields: fields, body: []))
      }
      lengths.append(try Self.carry(server, client))
      while client.nextEvent() != nil {}
    }
    // Nine bytes of frame, one each for status, content-type and the name, and the value; the first
    // rounds also carry SETTINGS.
    let later = lengths.dropFirst(2)
    #expect(later.allSatisfy { (19...22).contains($0) }, "\(Set(later).sorted())")
  }

  @discardableResult
  private static func carry(
    _ from: HTTP2Endpoint, _ to: HTTP2Endpoint
  ) throws(HTTP2Error) -> Int {
    var bytes: [UInt8] = []
    from.pending(into: &bytes, atMost: .max)
    try to.receive(bytes.span, at: 0)
    return bytes.count
  }

  @Test("more requests than may be open at one time wait in the client")
  func concurrency() throws {
    var limits = HTTP2Limits()
    limits.concurrentStreamsMax = 3
    let pair = try Pair(server: limits, react: Self.echo)
    try pair.settle()
    let keys = try (0..<20).map { try pair.request("GET", "/\($0)") }
    try pair.settle()
    #expect(keys.allSatisfy { pair.response($0).isComplete })
    #expect(pair.server.state.streams.indices.count <= 3)
  }

  @Test("an answer copied from a buffer equals one that was moved in")
  func copying() throws {
    let bytes = Steps.bytes(70_000)
    let pair = try Pair { server, event, _ in
      guard case .end(let key) = event else { return }
      let isTaken = server.respond(key, status: 200, fields: FieldSection(), body: bytes)
      #expect(isTaken)
      #expect(!server.respond(key, status: 500, fields: FieldSection(), body: []))
    }
    let key = try pair.request()
    try pair.settle()
    expectSame(pair.response(key).body, bytes)
    #expect(pair.response(key).fields[":status"] == "200")
  }

  @Test("interim responses come before the one that counts")
  func interim() throws {
    let pair = try Pair { server, event, request in
      if case .headers(let key) = event {
        #expect(server.inform(key, status: 100, fields: FieldSection()))
      }
      Self.echo(server, event, request)
    }
    let key = try pair.request("POST", "/", body: [1, 2, 3], extra: [("expect", "100-continue")])
    try pair.settle()
    #expect(pair.response(key).fields[":status"] == "203")
    #expect(pair.response(key).body == [1, 2, 3])
  }

  @Test("a ping comes back with its number, both ways")
  func pings() throws {
    let pair = try Pair(react: Self.echo)
    pair.client.ping(0x0102_0304_0506_0708)
    pair.server.ping(.max)
    try pair.settle()
    #expect(pair.clientEvents.contains(.pong(0x0102_0304_0506_0708)))
    #expect(pair.serverEvents.contains(.pong(.max)))
  }

  @Test("each side knows the other's settings")
  func settings() throws {
    var limits = HTTP2Limits()
    limits.allowsExtendedConnect = true
    let pair = try Pair(server: limits, react: Self.echo)
    #expect(pair.server.peerSettings.streamWindow == 65_535)
    try pair.settle()
    #expect(pair.server.peerSettings.streamWindow == 1024 * 1024)
    #expect(pair.client.peerSettings.concurrentStreamsMax == 256)
    #expect(pair.client.peerSettings.allowsExtendedConnect)
    let plain = try Pair(react: Self.echo)
    try plain.settle()
    #expect(!plain.client.peerSettings.allowsExtendedConnect)
    #expect(pair.clientEvents.contains(.settingsAcknowledged))
    #expect(pair.serverEvents.contains(.settingsAcknowledged))
  }
}
