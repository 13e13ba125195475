import Contract
import Testing

@testable import HTTP2

@Suite("Heads that repeat the last one")
struct RepeatedHeadTests {
  /// The fields of requests on one connection, one row a request: what differs, comes early, is
  /// missing or is more than before.
  private static let paths: [[(StaticString, String)]] = [
    [], [], [("x-a", "1")], [("x-a", "1")], [("x-a", "2")], [("x-a", "22")], [("x-a", "")], [],
    [("x-a", "1"), ("x-b", "1")], [("x-a", "1")], [("x-b", "1"), ("x-a", "1")],
    [("x-a", "1"), ("x-a", "1")], [("x-a", "1"), ("x-a", "1")], [("x-a", "1")],
    [("x-c", String(repeating: "long", count: 2_000))],
    [("x-c", String(repeating: "long", count: 2_000))], [], [],
  ]

  @Test("every request has the fields that were sent, whatever came before it")
  func keepsFields() throws {
    var heads: [FieldSection] = []
    let pair = try Pair { server, event, _ in
      guard case .end(let key) = event else { return }
      server.withHead(key) { heads.append($0) }
      server.respond(key, status: 200, fields: FieldSection(), body: [])
    }
    var sent: [FieldSection] = []
    for (number, extra) in (Self.paths + Self.paths).enumerated() {
      let path = number % 7 == 6 ? "/other" : "/"
      sent.append(Pair.fields("GET", path, extra))
      _ = try pair.request("GET", path, extra: extra)
      // Some come alone and some with others.
      if number % 5 == 0 { try pair.settle() }
    }
    try pair.settle()
    #expect(heads.count == sent.count)
    for (number, (head, wanted)) in zip(heads, sent).enumerated() {
      #expect(head.isSame(as: wanted), "request \(number)")
      #expect(head.count == wanted.count, "request \(number)")
      #expect(head.path.map(head.string) == wanted.path.map(wanted.string), "request \(number)")
    }
  }

  @Test("streams that are open keep their own head when another comes")
  func keepsOpenHeads() throws {
    let client = try RawClient(react: RawClient.silent)
    let paths = ["/a", "/a", "/b", "/b", "/a"]
    for (number, path) in paths.enumerated() {
      let fields = Frame.get.map { ($0, $0 == ":path" ? path : $1) }
      client.sends([.headers(UInt32(2 * number + 1), fields)])
    }
    let found = client.events.compactMap(\.stream).map { key in
      client.session.withHead(key) { head in head.path.map(head.string) }
    }
    #expect(found == paths)
  }

  @Test("limits count what a head repeats, and trailers count for themselves")
  func countsRepeated() throws {
    var limits = HTTP2Limits()
    limits.headFieldsMax = 8
    let pair = try Pair(server: limits) { server, event, _ in
      switch event {
      case .end(let key): server.respond(key, status: 200, fields: FieldSection(), body: [])
      case .headersTooLarge(let key):
        server.respond(key, status: 431, fields: FieldSection(), body: [])
      default: break
      }
    }
    // With the four pseudo fields, four more are as many as may come.
    let names: [StaticString] = ["x-a", "x-b", "x-c", "x-d", "x-e"]
    let statuses = try [3, 3, 4, 5, 4, 5].map { count in
      let key = try pair.request(extra: names.prefix(count).map { ($0, "1") })
      try pair.settle()
      return pair.response(key).fields[":status"]
    }
    #expect(statuses == ["200", "200", "200", "431", "200", "431"])
  }

  @Test("a head that is none of a request is none when it comes again")
  func refusesAgain() throws {
    let client = try RawClient()
    for stream: UInt32 in [1, 3, 5] {
      client.sends([.headers(stream, Frame.get + [("te", "gzip")])])
    }
    client.sends([.headers(7), .headers(9, Frame.get + [("te", "gzip")])])
    for stream: UInt32 in [1, 3, 5, 9] { #expect(client.reset(stream) == .protocolError) }
    #expect(client.answered(7))
  }

  @Test("the length that a head announces holds for each request that repeats it")
  func keepsLength() throws {
    let client = try RawClient()
    let head = Frame.post + [("content-length", "2")]
    for (stream, body): (UInt32, [UInt8]) in [
      (1, [1, 2]), (3, [1]), (5, [1, 2, 3]), (7, [1, 2]),
    ] {
      client.sends([.headers(stream, head, flags: 4), .data(stream, body, flags: 1)])
    }
    client.sends([.headers(9, Frame.post, flags: 4), .data(9, [1], flags: 1)])
    for stream: UInt32 in [1, 7, 9] { #expect(client.answered(stream)) }
    for stream: UInt32 in [3, 5] { #expect(client.reset(stream) == .protocolError) }
  }
}
