import Contract
import HTTP2

/// The frame scanner counts the same whether bytes come at once or one by one.
@Sendable
func fuzzFrames(_ bytes: [UInt8]) throws(BrokenProperty) {
  let connection = preface + bytes
  let whole = Scan([connection[...]])
  let bytewise = Scan(connection.indices.map { connection[$0...$0] })
  try hold(whole == bytewise, "what is counted does not depend on how bytes come in")
  try hold(whole.frames <= bytes.count / 9, "a frame has a header of nine bytes (RFC 9113 §4.1)")
}

/// What a scanner has seen when its connection's bytes are over.
private struct Scan: Equatable {
  var failure: HTTP2Error?
  var frames = 0
  var totals: [UInt32] = []
  var isInsideFrame = false

  init(_ pieces: [ArraySlice<UInt8>]) {
    var scanner = FrameScanner(source: .client, continuationsMax: 8, headBlockMax: 65_536)
    var tally = FrameTally()
    do throws(HTTP2Error) {
      for piece in pieces { try scanner.scan(piece.span, into: &tally) }
    } catch {
      failure = error
    }
    frames = scanner.frames
    totals = FrameKind.allCases.map { tally.total($0) }
    isInsideFrame = scanner.isInsideFrame
  }
}

/// A server's connection without a socket: it ends in order or goes on, gives the same in any
/// split, and keeps no more than its limits allow.
@Sendable
func fuzzConnection(_ bytes: [UInt8]) throws(BrokenProperty) {
  // The first byte says whether the client greets and where the split is.
  guard let first = bytes.first else { return }
  let connection = (first & 1 == 0 ? preface + emptySettings : []) + bytes.dropFirst()
  let place = connection.count * Int(first >> 1) / 128
  let pieces = [connection[..<place], connection[place...]]
  let whole = try Conversation([connection[...]], answersEach: false)
  let split = try Conversation(pieces, answersEach: false)
  // A peer that has said GOAWAY and has no stream left is not read any more.
  try hold(
    split.isOver || whole.isSame(as: split),
    "what a session makes of bytes does not depend on their split")
  _ = try Conversation(pieces, answersEach: true)
}

/// What a session made of its peer's bytes.
private struct Conversation {
  private(set) var requests = 0
  private(set) var hasFailed = false
  /// Ended in order before all pieces were there.
  private(set) var isOver = false

  /// Answers after all pieces, or after each: what the session says then may change what the rest
  /// means.
  init(_ pieces: [ArraySlice<UInt8>], answersEach: Bool) throws(BrokenProperty) {
    guard let session = try? HTTP2Session(limits: HTTP2Limits()) else {
      throw BrokenProperty("a session cannot be made")
    }
    for piece in pieces where session.failure == nil && !isOver {
      let result = Result { () throws(HTTP2Error) in try session.receive(piece.span, at: 1) }
      if case .failure = result { try hold(session.failure != nil, "what is thrown is kept") }
      if answersEach { try answer(session) }
      isOver = session.failure == nil && !session.wantsRead
    }
    try answer(session)
  }

  /// Requests that came with what failed the connection may never be seen.
  func isSame(as other: Conversation) -> Bool {
    hasFailed == other.hasFailed && (hasFailed || requests == other.requests)
  }

  private mutating func answer(_ session: HTTP2Session) throws(BrokenProperty) {
    while let event = session.nextEvent() { react(to: event, session) }
    var output: [UInt8] = []
    repeat {
      output.removeAll(keepingCapacity: true)
      session.pending(into: &output, atMost: 65_536)
    } while !output.isEmpty
    // Some failures are found only when what they caused is sent.
    hasFailed = session.failure != nil
    try hold(!hasFailed || session.isFinished, "a failed connection is over once it has said so")
    try hold(session.queuedBytes >= 0, "what is queued is counted")
    try hold(
      (0...session.limits.bodiesBytesMax).contains(session.bufferedBytes),
      "bodies are kept within their limit")
  }

  private mutating func react(to event: HTTP2Event, _ session: HTTP2Session) {
    switch event {
    case .headers(let key): _ = session.head(of: key)
    case .body: break
    case .end(let key):
      requests += 1
      let body = session.takeBody(key)
      session.respond(key, status: 200, fields: FieldSection(), body: body)
    case .headersTooLarge(let key), .bodyTooLarge(let key): session.reset(key, .cancel)
    case .closed, .goAway, .settingsAcknowledged, .pong: break
    }
  }
}

private let preface = [UInt8]("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
private let emptySettings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
