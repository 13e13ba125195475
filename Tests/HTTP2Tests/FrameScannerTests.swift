import Testing

@testable import HTTP2

@Suite("The scanner that sees every frame")
struct FrameScannerTests {
  private func scan(
    _ pieces: [[UInt8]], source: FrameScanner.Source = .client
  ) throws -> (FrameScanner, FrameTally) {
    var scanner = FrameScanner(source: source, continuationsMax: 8, headBlockMax: 65_536)
    var tally = FrameTally()
    for piece in pieces { try scanner.scan(piece.span, into: &tally) }
    return (scanner, tally)
  }

  // swift-format-ignore
  private static let counted: [(FrameKind, Frame)] = [
    (.data, .data(1, [1, 2, 3])), (.headers, .headers(1)), (.priority, .priority(1, on: 3)), (.resetStream, .reset(1, 8)),
    (.settings, .settings([(3, 1)])), (.pushPromise, Frame(type: 5, stream: 1, payload: [0, 0, 0, 2])), (.ping, .ping(Array(repeating: 0, count: 8))),
    (.goAway, .goAway(0, 0)), (.windowUpdate, .windowUpdate(1, 1)), (.continuation, .continuation(1, [1])),
    (.extensionType, Frame(type: 10, stream: 0)), (.extensionType, Frame(type: 16, stream: 0)), (.extensionType, Frame(type: 255, stream: 9)),
    (.emptyData, .data(1, [])), (.emptyData, .data(1, [2, 0, 0], flags: 8)), (.emptyData, .data(1, [9, 0, 0], flags: 8)),
  ]

  @Test("each kind is counted, in every split", arguments: [1, 2, 5, 9, 10, 11, 1_000])
  func counts(_ size: Int) throws {
    let bytes = Frame.clientPreface + Frame.headers(1).bytes + Self.counted.flatMap { $0.1.bytes }
    let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0...].prefix(size)) }
    let (scanner, tally) = try scan(pieces)
    for kind in FrameKind.allCases {
      var expected = Self.counted.count { $0.0 == kind }
      if kind == .headers { expected += 1 }
      if kind == .data { expected += 3 }
      #expect(tally.total(kind) == UInt32(expected), "\(kind)")
    }
    #expect(scanner.frames == Self.counted.count)
  }

  @Test(
    "DATA that ends its stream or carries a byte is not empty",
    arguments: [
      Frame.data(1, [], flags: 1), .data(1, [2, 0, 0], flags: 9), .data(1, [1, 7, 0], flags: 8),
      .data(1, [0, 7], flags: 8),
      .data(1, [7]),
    ])
  func notEmpty(_ frame: Frame) throws {
    let (_, tally) = try scan([Frame.clientPreface + Frame.headers(1).bytes + frame.bytes])
    #expect(tally.total(.emptyData) == 0)
    #expect(tally.total(.data) == 1)
  }

  @Test("a stream that was skipped is told from one that was opened, as far as is remembered")
  func skipped() throws {
    var scanner = FrameScanner(source: .client, continuationsMax: 8, headBlockMax: 65_536)
    var tally = FrameTally()
    let preface = Frame.clientPreface
    try scanner.scan(preface.span, into: &tally)
    // Every third stream is skipped.
    let ids = (0..<UInt32(3_000)).filter { $0 % 3 != 2 }.map { $0 * 2 + 1 }
    for id in ids + ids {
      let bytes = Frame.headers(id).bytes
      try scanner.scan(bytes.span, into: &tally)
    }
    let oldest = ids[ids.count - FrameScanner.openedMax]
    for number in stride(from: UInt32(2), to: 2_999, by: 3) {
      let id = number * 2 + 1
      let bytes = Frame.headers(id).bytes
      if id < oldest {
        try scanner.scan(bytes.span, into: &tally)
      } else {
        var copy = scanner
        #expect(throws: HTTP2Error.skippedStream(id)) { try copy.scan(bytes.span, into: &tally) }
      }
    }
  }

  @Test("a timer for slow heads watches everything but bodies")
  func insideFrame() throws {
    func isInside(_ frames: [Frame], cut: Int) throws -> Bool {
      let bytes = Frame.clientPreface + frames.flatMap(\.bytes)
      return try scan([Array(bytes.dropLast(cut))]).0.isInsideFrame
    }
    #expect(FrameScanner(source: .client, continuationsMax: 8, headBlockMax: 65_536).isInsideFrame)
    #expect(!FrameScanner(source: .server, continuationsMax: 8, headBlockMax: 65_536).isInsideFrame)
    #expect(try !isInside([], cut: 0))
    #expect(try isInside([], cut: 1))
    #expect(try isInside([.headers(1)], cut: 1))
    #expect(try !isInside([.headers(1)], cut: 0))
    #expect(try isInside([.headers(1, flags: 1)], cut: 0))
    #expect(try isInside([.headers(1, flags: 1), .continuation(1, [0])], cut: 0))
    #expect(try !isInside([.headers(1, flags: 1), .continuation(1, [0], flags: 4)], cut: 0))
    #expect(try isInside([.settings([(3, 1)])], cut: 1))
    #expect(try !isInside([.headers(1), .data(1, [1, 2])], cut: 1))
    #expect(try isInside([.headers(1), .data(1, [])], cut: 1))
  }

  @Test("frames on streams above the newest are counted")
  func neverOpened() throws {
    let bytes = [
      Frame.headers(5), .data(7, [1]), .reset(9, 8), .windowUpdate(5, 1), .priority(11, on: 0),
    ].flatMap(\.bytes)
    let (_, tally) = try scan([Frame.clientPreface, bytes])
    #expect(tally.total(.neverOpened) == 2)
  }

  @Test("a server's frames have no preface, and its HEADERS open nothing")
  func server() throws {
    let bytes = Frame.settings().bytes + Frame.headers(5).bytes + Frame.headers(3).bytes
    let (_, tally) = try scan([bytes], source: .server)
    #expect(tally.total(.headers) == 2)
    #expect(tally.total(.neverOpened) == 0)
  }

  @Test("a budget is spent at its burst and one more, and refills by the second")
  func budget() {
    let budget = FrameBudget([FrameBudget.Row(.ping, burst: 3, perSecond: 2)])
    var tally = FrameTally()
    tally.refill(budget, at: .max)
    tally.count(.ping, by: 3)
    tally.count(.settings, by: .max)
    #expect(tally.verdict(budget) == nil)
    tally.count(.ping)
    #expect(tally.verdict(budget) == .ping)
    tally.refill(budget, at: .max)
    #expect(tally.verdict(budget) == .ping)
    tally.refill(budget, at: 0)
    #expect(tally.verdict(budget) == nil)
    tally.count(.ping, by: .max)
    tally.count(.ping, by: .max)
    #expect(tally.total(.ping) == 2)
    #expect(tally.verdict(budget) == .ping)
    tally.refill(budget, at: .max - 1)
    #expect(tally.verdict(budget) == nil)
    tally.credit(.ping, by: .max)
    tally.count(.ping, by: 4)
    #expect(tally.verdict(budget) == .ping)
  }
}
