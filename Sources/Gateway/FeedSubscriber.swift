internal import Contract
internal import HTTP2
internal import Negotiation

/// One open feed of one connection: a position in a topic, and the page that is being sent.
///
/// Pages are shared by all subscribers of the topic on the loop; the subscriber owns nothing but a
/// few control bytes (greeting, ping, farewell).
final class FeedSubscriber: BodyProducer {
  // What every event asks for lies together, in two lines of the processor's cache.
  let feed: SharedFeed
  let stream: StreamKey
  let connection: ConnectionToken
  /// When bytes last went out or were not there to go; nanoseconds of the monotonic clock.
  var active: Int64
  /// The position of the last event that was handed over whole, or is being handed over.
  private(set) var position: Int64
  /// The position at which the feed has it down as waiting.
  var waitsAt: Int64?
  /// Whether the engine waits for `resume`.
  private(set) var isWaiting = false
  private(set) var isEnding = false
  private var page: EncodedPage?
  private var pageOffset = 0
  private var control: [UInt8]
  private var controlOffset = 0

  /// What it counts for as long as it is open.
  let seat: FeedSeat
  let principal: Principal
  /// What follows the last event.
  var farewell: Farewell
  /// Reads what the client says; nil where it says nothing after its request.
  var incoming: WebSocketReader?

  init(
    feed: SharedFeed, seat: FeedSeat, stream: StreamKey, connection: ConnectionToken,
    principal: Principal, position: Int64, greeting: [UInt8], farewell: Farewell, now: Int64
  ) {
    self.feed = feed
    self.seat = seat
    self.stream = stream
    self.connection = connection
    self.principal = principal
    self.position = position
    control = greeting
    self.farewell = farewell
    active = now
  }

  func produce(into buffer: UnsafeMutableRawBufferPointer) -> Production {
    // What most subscribers are asked for: the page that was made last, and nothing else.
    if page == nil, controlOffset == control.count, !isEnding,
      // SAFETY: the buffer is lent for this call.
      let news = unsafe feed.copyNews(after: position, into: buffer)
    {
      position = news.end
      // SAFETY: as above.
      if feed.end == position { return unsafe finish(after: news.count, into: buffer) }
      isWaiting = feed.page(after: position, for: self) == nil
      return isWaiting ? .pause(bytes: news.count) : .bytes(news.count)
    }
    var count = 0
    while count < buffer.count {
      // Control bytes stand between pages, never inside an event: a page that was begun goes first.
      if pageOffset == 0, controlOffset < control.count {
        // SAFETY: the buffer is lent for this call; every write below stays inside it.
        count += unsafe copyControl(into: buffer, from: count)
        continue
      }
      guard advance(), let page else { break }
      let copied = min(buffer.count - count, page.bytes.count - pageOffset)
      // SAFETY: as above.
      unsafe copy(page.bytes, from: pageOffset, count: copied, into: buffer, at: count)
      count += copied
      pageOffset += copied
      finishPageIfSent()
    }
    isWaiting = false
    // SAFETY: as above.
    if isDone { return unsafe finish(after: count, into: buffer) }
    if count > 0 { return .bytes(count) }
    isWaiting = true
    return .wait
  }

  /// Ends behind the last event, with what the format puts there.
  private func finish(
    after count: Int, into buffer: UnsafeMutableRawBufferPointer
  ) -> Production {
    switch farewell {
    case .nothing: return .end(bytes: count)
    case .trailers(let fields): return .trailers(fields, bytes: count)
    case .bytes(let bytes):
      farewell = .nothing
      end(saying: bytes)
      // SAFETY: the buffer is lent for this call.
      return count > 0 ? .bytes(count) : unsafe produce(into: buffer)
    }
  }

  private var isDone: Bool {
    page == nil && controlOffset == control.count && (isEnding || feed.end == position)
  }

  /// Makes sure that a page is at hand; false when the subscriber has to wait.
  private func advance() -> Bool {
    if page != nil { return true }
    if isEnding { return false }
    page = feed.page(after: position, for: self)
    pageOffset = 0
    return page != nil
  }

  private func finishPageIfSent() {
    guard let sent = page, pageOffset == sent.bytes.count else { return }
    position = sent.last
    page = nil
    pageOffset = 0
  }

  /// Puts bytes that are no event between two events; a page that was begun is finished first.
  func say(_ bytes: [UInt8]) {
    if controlOffset == control.count {
      control = bytes
      controlOffset = 0
    } else {
      control += bytes
    }
  }

  /// Bytes that were said and have not gone out.
  var controlLeft: Int { control.count - controlOffset }

  /// Ends the feed once what has been begun is out.
  func end(saying bytes: [UInt8]) {
    say(bytes)
    isEnding = true
  }

  private func copyControl(into buffer: UnsafeMutableRawBufferPointer, from start: Int) -> Int {
    let count = min(buffer.count - start, control.count - controlOffset)
    guard count > 0 else { return 0 }
    // SAFETY: `count` is what is left of both.
    unsafe copy(control, from: controlOffset, count: count, into: buffer, at: start)
    controlOffset += count
    if controlOffset == control.count {
      control = []
      controlOffset = 0
    }
    return count
  }

  private func copy(
    _ bytes: [UInt8], from offset: Int, count: Int, into buffer: UnsafeMutableRawBufferPointer,
    at start: Int
  ) {
    precondition(offset >= 0 && count >= 0 && offset + count <= bytes.count)
    // SAFETY: the precondition and the callers' minimum keep both ranges inside their buffers.
    unsafe bytes.withUnsafeBytes { source in
      let part = unsafe UnsafeRawBufferPointer(rebasing: source[offset..<offset + count])
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + count])
        .copyMemory(from: part)
    }
  }
}

/// What stands behind the last event of a feed.
enum Farewell {
  case nothing
  case trailers(FieldSection)
  /// Bytes of the body.
  case bytes([UInt8])
}
