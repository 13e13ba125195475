internal import Contract

/// What both ends of a connection share: plaintext in, events out; intents in, plaintext out.
///
/// It owns no socket, no clock and no task, and belongs to one thread. The order of work is
/// `receive`, `nextEvent` until `nil`, `pending` until it gives nothing; `isFinished` then says
/// whether the connection is over. An error of `receive` ends the connection, and what is pending
/// afterwards tells the peer so.
package class HTTP2Endpoint {
  /// The bounds this connection was made with.
  package final let limits: HTTP2Limits
  /// The frames that were seen, by kind.
  package final internal(set) var tally = FrameTally()
  /// Why the connection ends; `nil` as long as nothing went wrong.
  package final internal(set) var failure: HTTP2Error?
  /// Bytes of received bodies that nobody has taken.
  package final internal(set) var bufferedBytes = 0
  /// Bytes of bodies to send that still wait for the peer's windows.
  package final internal(set) var queuedBytes = 0

  final let role: Nghttp2.Role
  final let native: Nghttp2
  final var streams = StreamTable()
  final var newestStream: Int32 = 0
  final var windowWaiters = 0
  final var delivered = 0
  /// The code of the GOAWAY that the application asked for.
  final var goAwayCode: HTTP2Code?
  /// The slot that was looked up last; a head brings many fields in a row.
  final var lastSlot = 0

  private final var scanner: FrameScanner
  private final var events: [HTTP2Event] = []
  private final var eventsTaken = 0
  private final var output = PendingOutput()
  /// Bytes that do not come from the frame engine any more: first SETTINGS, last GOAWAY.
  private final var written: [UInt8] = []
  private final var engineFailed = false
  private final var ignored = 0

  init(_ role: Nghttp2.Role, limits: HTTP2Limits) throws(HTTP2Error) {
    let problems = limits.problems()
    guard problems.isEmpty else { throw .limits(problems) }
    self.limits = limits
    self.role = role
    native = try Nghttp2.open(role, limits)
    scanner = FrameScanner(
      source: role == .server ? .client : .server, continuationsMax: limits.continuationsMax)
    native.report(to: self)
    // Taken out at once, so that GOAWAY never comes before SETTINGS (RFC 9113 §3.4).
    output = try native.nextOutput()
    while !output.isEmpty {
      _ = output.move(into: &written, atMost: .max)
      output = try native.nextOutput()
    }
  }
}

// MARK: - State

extension HTTP2Endpoint {
  /// False once the engine must not be called again.
  final var isAlive: Bool { !engineFailed }

  /// True while the peer's bytes matter.
  package final var wantsRead: Bool { failure == nil && native.wantsRead }

  /// True when `pending` would give something.
  package final var wantsWrite: Bool {
    !output.isEmpty || !written.isEmpty || (isAlive && native.wantsWrite)
  }

  /// True when `nextEvent` would give something.
  package final var hasEvents: Bool { eventsTaken < events.count }

  /// True while a header block, or a frame other than DATA, has begun and not ended: what a timer
  /// for slow heads has to watch.
  package final var isInsideFrame: Bool { scanner.isInsideFrame }

  /// True when nothing is left to read or to write: the transport can be closed.
  package final var isFinished: Bool {
    !wantsWrite && (engineFailed || !native.wantsRead)
  }

  /// How many streams are open.
  package final var openStreams: Int { streams.openCount }

  /// True while more output waits than the limits allow; the peer should not be read then.
  package final var isBackedUp: Bool { queuedBytes > limits.outputBytesMax }

  /// What the peer's SETTINGS say now.
  package final var peerSettings: PeerSettings { native.peerSettings }
}

// MARK: - In

extension HTTP2Endpoint {
  /// Takes bytes of the peer, in any split.
  ///
  /// `second` is a monotonic count of seconds from anywhere, by which the frame budgets refill.
  package final func receive(_ bytes: Span<UInt8>, at second: UInt32) throws(HTTP2Error) {
    if let failure { throw failure }
    tally.refill(limits.budget, at: second)
    var position = 0
    while position < bytes.count {
      let end = position + min(limits.feedBytesMax, bytes.count - position)
      try feed(bytes.extracting(position..<end))
      position = end
    }
  }

  private final func feed(_ bytes: Span<UInt8>) throws(HTTP2Error) {
    do throws(HTTP2Error) {
      try scanner.scan(bytes, into: &tally)
      try checkBudget()
    } catch {
      terminate(error)
      throw error
    }
    do throws(HTTP2Error) {
      try native.receive(bytes)
    } catch {
      fail(error)
      throw error
    }
    countIgnored()
    do throws(HTTP2Error) {
      try checkBudget()
    } catch {
      terminate(error)
      throw error
    }
  }

  /// The next thing the peer did; `nil` when all was taken.
  package final func nextEvent() -> HTTP2Event? {
    guard hasEvents else { return nil }
    let event = events[eventsTaken]
    eventsTaken += 1
    if eventsTaken == events.count {
      events.removeAll(keepingCapacity: events.capacity <= limits.keptBytesMax)
      eventsTaken = 0
    }
    if role == .client, case .closed(let key, _) = event, let index = streams.index(of: key) {
      release(index)
    }
    return event
  }

  final func emit(_ event: HTTP2Event) { events.append(event) }

  /// One frame may be under way; whatever else was scanned but not reported was dropped.
  private final func countIgnored() {
    let missing = scanner.frames - delivered - ignored - 1
    guard missing > 0 else { return }
    ignored += missing
    tally.count(.ignored, by: UInt32(clamping: missing))
  }

  private final func checkBudget() throws(HTTP2Error) {
    if let kind = tally.verdict(limits.budget) { throw .overBudget(kind) }
  }
}

// MARK: - Out

extension HTTP2Endpoint {
  /// Appends at most `limit` bytes for the peer; nothing when there are none now.
  package final func pending(into buffer: inout [UInt8], atMost limit: Int) {
    var room = limit
    while room > 0 {
      if output.isEmpty {
        guard written.isEmpty else {
          room -= moveWritten(into: &buffer, atMost: room)
          continue
        }
        guard isAlive, let next = attempt({ () throws(HTTP2Error) in try native.nextOutput() }),
          !next.isEmpty
        else { break }
        output = next
      }
      room -= output.move(into: &buffer, atMost: room)
    }
    if failure == nil, let kind = tally.verdict(limits.budget) { terminate(.overBudget(kind)) }
  }

  private final func moveWritten(into buffer: inout [UInt8], atMost limit: Int) -> Int {
    let count = min(limit, written.count)
    buffer.append(contentsOf: written[..<count])
    if count == written.count { written = [] } else { written.removeFirst(count) }
    return count
  }

  /// Tells the peer that no further stream should be opened, while all that come are still taken.
  package final func shutdownNotice() {
    _ = attempt { () throws(HTTP2Error) in try native.shutdownNotice() }
  }

  /// Takes no further stream; those that are open go on, and the connection ends with the last.
  package final func goAway(_ code: HTTP2Code) {
    goAwayCode = code
    _ = attempt { () throws(HTTP2Error) in try native.goAway(code) }
  }

  /// Asks the peer for a sign of life, which comes as `pong` with the same number.
  package final func ping(_ number: UInt64) {
    _ = attempt { () throws(HTTP2Error) in try native.ping(number) }
  }
}

// MARK: - Failing

extension HTTP2Endpoint {
  /// Runs a call into the engine, unless it has failed; when it fails now, the connection ends.
  @inline(__always)
  final func attempt<Result>(_ call: () throws(HTTP2Error) -> Result) -> Result? {
    guard isAlive else { return nil }
    do throws(HTTP2Error) { return try call() } catch {
      fail(error)
      return nil
    }
  }

  /// Ends the connection for a reason the engine has not seen: it sends GOAWAY.
  private final func terminate(_ error: HTTP2Error) {
    guard failure == nil else { return }
    failure = error
    _ = attempt { () throws(HTTP2Error) in try native.terminate(error.code) }
  }

  /// Ends the connection for a reason that leaves the engine unusable: GOAWAY is written by hand.
  private final func fail(_ error: HTTP2Error) {
    guard isAlive else { return }
    engineFailed = true
    failure = failure ?? error
    // RFC 9113 §6.8: eight bytes of payload, type 7, on stream 0.
    written += [0, 0, 8, 7, 0, 0, 0, 0, 0]
    for value in [UInt32(bitPattern: newestStream), error.code.rawValue] {
      for shift in [24, 16, 8, 0] as [UInt32] {
        written.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
  }
}
