import Contract
import Testing

@testable import HTTP2

@Suite("Trimming an idle session") struct TrimTests {
  private static func head(_ stream: UInt32) -> Frame { .headers(stream, Frame.get) }

  @Test("what comes later is answered as before, however often it is trimmed")
  func goesOn() throws {
    let body = [UInt8](repeating: 0x61, count: 40_000)
    let client = try RawClient { session, event in
      guard case .end(let stream) = event else { return }
      var fields = FieldSection()
      fields.append(name: "x-long", text: String(repeating: "b", count: 300))
      session.respond(stream, status: 200, fields: fields, body: body)
    }
    for stream in stride(from: 1 as UInt32, through: 9, by: 2) {
      client.session.trim()
      client.session.trim()
      client.sends([Self.head(stream), .windowUpdate(0, 40_000)])
      expectSame(client.body(stream), body)
      // The same bytes from the table of compressed fields: it has outlived the trimming.
      let heads = client.frames.filter { $0.type == 1 }.map(\.payload)
      #expect(stream < 5 || heads.last == heads[1])
    }
    #expect(client.goAway == nil && client.session.failure == nil)
  }

  @Test("nothing is given back while a stream is open or something waits to be sent")
  func waits() throws {
    let client = try RawClient(react: RawClient.silent)
    client.sends([Self.head(1)])
    client.session.trim()
    guard case .end(let stream)? = client.events.last else {
      Issue.record("no request came")
      return
    }
    client.session.respond(
      stream, status: 200, fields: FieldSection(), body: Array("kept".utf8))
    client.session.trim()
    var part: [UInt8] = []
    client.session.pending(into: &part, atMost: 3)
    client.session.trim()
    var rest: [UInt8] = []
    client.session.pending(into: &rest, atMost: .max)
    let (frames, left) = Frame.parse(part + rest)
    #expect(left.isEmpty)
    #expect(frames.first { $0.type == 0 }?.payload == Array("kept".utf8))
  }

  @Test("a session that has failed can be trimmed")
  func failed() throws {
    let client = try RawClient()
    client.sends([.data(0, [1])])
    #expect(client.session.failure != nil)
    client.session.trim()
  }
}
