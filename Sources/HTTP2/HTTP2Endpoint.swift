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
  final let role: Nghttp2.Role
  final let native: Nghttp2
  /// What changes; no access to it is under way when the frame engine is called.
  final var state: EndpointState

  init(_ role: Nghttp2.Role, limits: HTTP2Limits) throws(HTTP2Error) {
    let problems = limits.problems()
    guard problems.isEmpty else { throw .limits(problems) }
    self.limits = limits
    self.role = role
    native = try Nghttp2.open(role, limits)
    state = EndpointState(role, limits)
    native.report(to: self)
    // Taken out at once, so that GOAWAY never comes before SETTINGS (RFC 9113 §3.4).
    state.output = try native.nextOutput()
    while !state.output.isEmpty {
      state.keepOutput()
      state.output = try native.nextOutput()
    }
  }

  deinit {
    // Before the engine and its memory go.
    state.known.forget()
  }
}

// MARK: - State

extension HTTP2Endpoint {
  /// The frames that were seen, by kind.
  package final var tally: FrameTally { state.tally }
  /// Why the connection ends; `nil` as long as nothing went wrong.
  package final var failure: HTTP2Error? { state.failure }
  /// Bytes of all bodies that are kept at one time, as in the limits unless they are set.
  package final var bodiesBytesMax: Int {
    get { state.bodiesBytesMax }
    set { state.bodiesBytesMax = newValue }
  }
  /// Bytes of received bodies that nobody has taken.
  package final var bufferedBytes: Int { state.bufferedBytes }
  /// Bytes of bodies to send that still wait for the peer's windows.
  package final var queuedBytes: Int { state.queuedBytes }

  /// Bytes of bodies that went out so far.
  package final var bodyBytesSent: Int { state.bodyBytesSent }

  /// False once the engine must not be called again.
  final var isAlive: Bool { !state.engineFailed }

  /// True while the peer's bytes matter.
  package final var wantsRead: Bool { failure == nil && native.wantsRead }

  /// True when `pending` would give something.
  package final var wantsWrite: Bool {
    !state.output.isEmpty || !state.written.isEmpty || (isAlive && native.wantsWrite)
  }

  /// True when `nextEvent` would give something.
  package final var hasEvents: Bool { state.eventsTaken < state.events.count }

  /// True while a header block, or a frame other than DATA, has begun and not ended: what a timer
  /// for slow heads has to watch.
  package final var isInsideFrame: Bool { state.scanner.isInsideFrame }

  /// True when nothing is left to read or to write: the transport can be closed.
  package final var isFinished: Bool {
    !wantsWrite && (state.engineFailed || !native.wantsRead)
  }

  /// How many streams are open.
  package final var openStreams: Int { state.streams.openCount }

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
    state.tally.refill(limits.budget, at: second)
    var position = 0
    while position < bytes.count {
      let end = position + min(limits.feedBytesMax, bytes.count - position)
      try feed(bytes.extracting(position..<end))
      position = end
    }
  }

  private final func feed(_ bytes: Span<UInt8>) throws(HTTP2Error) {
    do throws(HTTP2Error) {
      try state.scan(bytes, limits.budget)
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
    state.countIgnored()
    do throws(HTTP2Error) {
      try state.checkBudget(limits.budget)
    } catch {
      terminate(error)
      throw error
    }
  }

  /// The next thing the peer did; `nil` when all was taken.
  package final func nextEvent() -> HTTP2Event? {
    guard let event = state.takeEvent(keeping: limits.keptBytesMax) else { return nil }
    if role == .client, case .closed(let key, _) = event, let index = state.streams.index(of: key) {
      release(index)
    }
    return event
  }

  final func emit(_ event: HTTP2Event) { state.events.append(event) }
}

// MARK: - Out

extension HTTP2Endpoint {
  /// Appends at most `limit` bytes for the peer; nothing when there are none now.
  package final func pending(into buffer: inout [UInt8], atMost limit: Int) {
    var room = limit
    while room > 0 {
      if state.output.isEmpty {
        guard state.written.isEmpty else {
          room -= state.moveWritten(into: &buffer, atMost: room)
          continue
        }
        guard isAlive, let next = attempt({ () throws(HTTP2Error) in try native.nextOutput() }),
          !next.isEmpty
        else { break }
        state.output = next
      }
      room -= state.output.move(into: &buffer, atMost: room)
    }
    if state.failure == nil, let kind = state.tally.verdict(limits.budget) {
      terminate(.overBudget(kind))
    }
  }

  /// Tells the peer that no further stream should be opened, while all that come are still taken.
  package final func shutdownNotice() {
    _ = attempt { () throws(HTTP2Error) in try native.shutdownNotice() }
  }

  /// Takes no further stream; those that are open go on, and the connection ends with the last.
  package final func goAway(_ code: HTTP2Code) {
    state.goAwayCode = code
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
    guard state.failure == nil else { return }
    state.failure = error
    _ = attempt { () throws(HTTP2Error) in try native.terminate(error.code) }
  }

  /// Ends the connection for a reason that leaves the engine unusable: GOAWAY is written by hand.
  private final func fail(_ error: HTTP2Error) {
    guard isAlive else { return }
    state.engineFailed = true
    state.failure = state.failure ?? error
    // RFC 9113 §6.8: eight bytes of payload, type 7, on stream 0.
    state.written += [0, 0, 8, 7, 0, 0, 0, 0, 0]
    for value in [UInt32(bitPattern: state.newestStream), error.code.rawValue] {
      for shift in [24, 16, 8, 0] as [UInt32] {
        state.written.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
  }
}
