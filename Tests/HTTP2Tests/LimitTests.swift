import Contract
import Testing

@testable import HTTP2

@Suite("Limits, at the limit and one beyond")
struct LimitTests {
  private static func limits(_ change: (inout HTTP2Limits) -> Void) -> HTTP2Limits {
    var limits = HTTP2Limits()
    change(&limits)
    return limits
  }

  /// A GET whose head counts exactly `size` bytes by RFC 9113 §6.5.2.
  private static func head(size: Int) -> [(String, String)] {
    let fixed = Frame.get.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
    return Frame.get + [("x", String(repeating: "v", count: size - fixed - 33))]
  }

  @Test(
    "bytes of a head", arguments: [(1_023, true), (1_024, true), (1_025, false), (4_096, false)])
  func headBytes(_ size: Int, _ isTaken: Bool) throws {
    let client = try RawClient(
      limits: Self.limits { $0.headBytesMax = 1_024 }, react: RawClient.silent)
    client.sends([.headers(1, Self.head(size: size))])
    let key = try #require(client.events.first?.stream)
    #expect(client.events == [isTaken ? .end(key) : .headersTooLarge(key)])
    #expect(client.session.isOpen(key))
  }

  @Test("fields of a head", arguments: [(12, true), (13, false)])
  func headFields(_ count: Int, _ isTaken: Bool) throws {
    let client = try RawClient(
      limits: Self.limits { $0.headFieldsMax = 12 }, react: RawClient.silent)
    let more = Array(repeating: ("x", "y"), count: count - Frame.get.count)
    client.sends([.headers(1, Frame.get + more)])
    let key = try #require(client.events.first?.stream)
    #expect(client.events == [isTaken ? .end(key) : .headersTooLarge(key)])
  }

  @Test("a head over the limit can be answered, and its body is thrown away")
  func headTooLargeIsAnswered() throws {
    let client = try RawClient(limits: Self.limits { $0.headBytesMax = 1_024 }) { session, event in
      guard case .headersTooLarge(let key) = event else { return }
      #expect(session.withHead(key) { head in head.path.map { head.string($0) } } == "/")
      session.respond(key, status: 431, fields: FieldSection(), body: Array("too large".utf8))
    }
    let fields = Frame.post + [("x", String(repeating: "v", count: 2_000))]
    client.sends([.headers(1, fields, flags: 4), .data(1, [1, 2, 3]), .data(1, [4], flags: 1)])
    #expect(client.body(1) == Array("too large".utf8))
    #expect(client.reset(1) == nil)
    #expect(client.events.count == 2)
    #expect(client.session.bufferedBytes == 0 && client.session.failure == nil)
  }

  @Test("a head four times over the limit is refused; the second ends the connection")
  func headRefused() throws {
    let client = try RawClient(limits: Self.limits { $0.headBytesMax = 1_024 })
    client.sends([.headers(1, Self.head(size: 4_097))])
    #expect(client.reset(1) == .internalError)
    #expect(client.events.isEmpty && client.session.failure == nil)
    client.sends([.headers(3)])
    #expect(client.answered(3))
    client.sends([.headers(5, Self.head(size: 4_097))])
    #expect(client.session.failure == .overBudget(.refusedHead))
    #expect(client.goAway == .enhanceYourCalm)
  }

  @Test("trailers count like a head")
  func trailersTooLarge() throws {
    let client = try RawClient(limits: Self.limits { $0.headBytesMax = 1_024 })
    let trailers = [("x", String(repeating: "v", count: 5_000))]
    client.sends([.headers(1, Frame.post, flags: 4), .data(1, [1]), .headers(1, trailers)])
    #expect(client.reset(1) == .internalError)
    #expect(client.session.bufferedBytes == 0)
  }

  @Test("bytes of a body", arguments: [(99, true), (100, true), (101, false), (5_000, false)])
  func bodyBytes(_ size: Int, _ isTaken: Bool) throws {
    let client = try RawClient(
      limits: Self.limits { $0.bodyBytesMax = 100 }, react: RawClient.silent)
    client.sends([.headers(1, Frame.post, flags: 4)])
    let key = try #require(client.events.first?.stream)
    for byte in Steps.bytes(size) { client.sends([.data(1, [byte])]) }
    client.sends([.data(1, [], flags: 1)])
    if isTaken {
      #expect(client.events == [.headers(key), .body(key), .end(key)])
      expectSame(client.session.takeBody(key), Steps.bytes(size))
    } else {
      #expect(client.events == [.headers(key), .body(key), .bodyTooLarge(key)])
      #expect(client.session.takeBody(key).isEmpty)
    }
    #expect(client.session.bufferedBytes == 0)
  }

  @Test(
    "bytes of a body that is announced",
    arguments: [
      ("100", true), ("101", false), ("18446744073709551615", false),
      ("9223372036854775807", false),
    ])
  func announcedBody(_ length: String, _ isTaken: Bool) throws {
    let client = try RawClient(
      limits: Self.limits { $0.bodyBytesMax = 100 }, react: RawClient.silent)
    client.sends([.headers(1, Frame.post + [("content-length", length)], flags: 4)])
    guard let key = client.events.first?.stream else {
      // A length beyond 63 bits is malformed to nghttp2 already.
      #expect(client.reset(1) == .protocolError)
      return
    }
    #expect(client.events == [isTaken ? .headers(key) : .bodyTooLarge(key)])
  }

  @Test("a body over the limit is answered while it still comes, and then stopped")
  func bodyTooLargeIsAnswered() throws {
    let limits = Self.limits {
      $0.bodyBytesMax = 20_000
      $0.discardedBytesMax = 100_000
    }
    let client = try RawClient(limits: limits) { session, event in
      guard case .bodyTooLarge(let key) = event else { return }
      session.respond(key, status: 413, fields: FieldSection(), body: [1])
    }
    client.sends([.headers(1, Frame.post, flags: 4)])
    for _ in 0..<8 { client.sends([.data(1, Array(repeating: 0, count: 16_384))]) }
    #expect(client.answered(1))
    #expect(client.reset(1) == .noError)
    #expect(client.session.bufferedBytes == 0 && client.session.failure == nil)
    client.sends([.headers(3)])
    #expect(client.session.openStreams == 1)
  }

  @Test("bodies of all streams together", arguments: [(3, true), (4, false)])
  func bodies(_ count: UInt32, _ isTaken: Bool) throws {
    let limits = Self.limits {
      $0.bodyBytesMax = 1_000
      $0.bodiesBytesMax = 3_000
    }
    let client = try RawClient(limits: limits, react: RawClient.silent)
    for number in 0..<count {
      client.sends([
        .headers(number * 2 + 1, Frame.post, flags: 4),
        .data(number * 2 + 1, Array(repeating: 0, count: 1_000)),
      ])
    }
    #expect(client.reset(count * 2 - 1) == (isTaken ? nil : .refusedStream))
    #expect(client.session.bufferedBytes == 3_000)
    #expect(client.session.failure == nil)
  }

  @Test("streams open at one time", arguments: [(3, true), (4, false)])
  func concurrentStreams(_ count: UInt32, _ isTaken: Bool) throws {
    let client = try RawClient(
      limits: Self.limits { $0.concurrentStreamsMax = 3 }, react: RawClient.silent)
    client.sends((0..<count).map { .headers($0 * 2 + 1) })
    #expect(client.reset(count * 2 - 1) == (isTaken ? nil : .refusedStream))
    #expect(client.session.openStreams == 3)
  }

  @Test("a response that nobody reads backs the connection up")
  func backedUp() throws {
    let client = try RawClient(limits: Self.limits { $0.outputBytesMax = 200_000 }) {
      session, event in
      guard case .end(let key) = event else { return }
      session.respond(key, status: 200, fields: FieldSection(), body: Steps.bytes(100_000))
    }
    client.sends([.headers(1)])
    #expect(!client.session.isBackedUp)
    client.sends([.headers(3), .headers(5)])
    #expect(client.session.queuedBytes == 300_000 - 65_535)
    #expect(client.session.isBackedUp)
    client.sends([.windowUpdate(0, 1_000_000)] + [1, 3, 5].map { .windowUpdate($0, 1_000_000) })
    #expect(!client.session.isBackedUp)
    #expect(client.session.queuedBytes == 0)
    #expect([1, 3, 5].allSatisfy { client.body($0) == Steps.bytes(100_000) })
  }
}
