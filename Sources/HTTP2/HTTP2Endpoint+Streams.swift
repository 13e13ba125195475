package import Contract

/// What an application does with one stream; a stale key makes every one of these do nothing.
extension HTTP2Endpoint {
  /// True until the stream has closed or this side has reset it.
  package final func isOpen(_ key: StreamKey) -> Bool {
    guard let index = state.streams.index(of: key) else { return false }
    return !state.streams[index].progress.contains(.resetting)
  }

  /// True when the peer's message is complete, whether or not its `end` was taken yet.
  package final func isReceived(_ key: StreamKey) -> Bool {
    guard let index = state.streams.index(of: key) else { return false }
    return state.streams[index].progress.contains(.received)
  }

  /// Lets `body` read the peer's head where it lies; `nil` when the stream has closed.
  package final func withHead<Result, Failure: Error>(
    _ key: StreamKey, _ body: (FieldSection) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let index = state.streams.index(of: key) else { return nil }
    // Moved out meanwhile, so that `body` may answer the stream or even see it close.
    var head = FieldSection()
    swap(&head, &state.streams[index].head)
    defer {
      if state.streams.index(of: key) == index { swap(&head, &state.streams[index].head) }
    }
    return try body(head)
  }

  /// The peer's head, for work that may outlive the stream; `nil` when it has closed.
  ///
  /// Nothing is copied: the storage is the stream's own for as long as both live.
  package final func head(of key: StreamKey) -> FieldSection? {
    state.streams.index(of: key).map { state.streams[$0].head }
  }

  /// The number of the peer's head: two of one connection that have the same are the same; nil for
  /// one that is not compared with others.
  package final func headNumber(of key: StreamKey) -> UInt64? {
    guard let index = state.streams.index(of: key) else { return nil }
    let number = state.streams[index].headNumber
    return number == 0 ? nil : number
  }

  /// The bytes of the body that came since they were last taken.
  ///
  /// In a stepwise stream this is what opens the windows for more.
  package final func takeBody(_ key: StreamKey) -> [UInt8] {
    guard let index = state.streams.index(of: key) else { return [] }
    var body: [UInt8] = []
    swap(&body, &state.streams[index].body)
    bodyTaken(index, body.count)
    return body
  }

  /// Lets `read` see the same bytes where they lie, and then forgets them.
  package final func withBody<Result, Failure: Error>(
    _ key: StreamKey, _ read: ([UInt8]) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let index = state.streams.index(of: key) else { return nil }
    var body: [UInt8] = []
    swap(&body, &state.streams[index].body)
    bodyTaken(index, body.count)
    defer {
      if state.streams.index(of: key) == index, state.streams[index].body.isEmpty {
        body.removeAll(keepingCapacity: body.capacity <= limits.keptBytesMax)
        swap(&body, &state.streams[index].body)
      }
    }
    return try read(body)
  }

  private final func bodyTaken(_ index: Int, _ count: Int) {
    state.bufferedBytes -= count
    state.streams[index].progress.remove(.bodySignalled)
    let unconsumed = state.streams[index].unconsumed
    guard unconsumed > 0 else { return }
    state.streams[index].unconsumed = 0
    let stream = state.streams[index].stream
    _ = attempt { () throws(HTTP2Error) in try native.consume(stream, unconsumed) }
  }

  /// From now on the windows open only as the body is taken, and its length has no limit.
  ///
  /// For bodies that are read as they come. Otherwise a body is gathered whole, up to the limit.
  package final func readStepwise(_ key: StreamKey) {
    guard let index = state.streams.index(of: key) else { return }
    state.streams[index].progress.insert(.stepwise)
  }

  /// True once the response is complete while the request still comes.
  package final func isResponded(_ key: StreamKey) -> Bool {
    guard let index = state.streams.index(of: key) else { return false }
    return state.streams[index].progress.contains(.responded)
  }

  /// Bytes of the body that came so far, taken or not; zero when the stream has closed.
  package final func bodyReceived(_ key: StreamKey) -> Int {
    guard let index = state.streams.index(of: key) else { return 0 }
    return state.streams[index].bodyReceived
  }

  /// Ends the stream at once in both directions; `closed` follows when RST_STREAM was sent.
  package final func reset(_ key: StreamKey, _ code: HTTP2Code) {
    guard let index = state.streams.index(of: key), isOpen(key) else { return }
    let stream = state.streams[index].stream
    state.streams[index].progress.formUnion([.resetting, .discarding])
    _ = attempt { () throws(HTTP2Error) in try native.reset(stream, code) }
  }

  /// Asks the stream's producer again, after it has said `wait`.
  package final func resume(_ key: StreamKey) {
    guard let index = state.streams.index(of: key),
      state.streams[index].progress.remove(.producerWaits) != nil
    else { return }
    let stream = state.streams[index].stream
    _ = attempt { () throws(HTTP2Error) in try native.resume(stream) }
  }

  /// Gives back the storage that closed streams and sent frames left, when no stream is open and
  /// nothing waits to be sent: for idle connections.
  package final func trim() {
    guard state.streams.openCount == 0, !wantsWrite else { return }
    state.streams.trim()
    state.forgetHead(keeping: 0)
    if !hasEvents { state.forgetEvents() }
    if isAlive { native.trim() }
  }
}

// MARK: - Bodies to send

extension HTTP2Endpoint {
  @inline(__always)
  final func setBody(_ index: Int, _ bytes: consuming [UInt8], _ trailers: FieldSection?) {
    state.queuedBytes += bytes.count
    state.streams[index].outgoing = bytes
    if let trailers { state.streams[index].trailers = Trailers(trailers) }
  }

  final func dropBody(_ index: Int) {
    state.queuedBytes -= state.streams.update(index) { slot in
      defer { slot.outgoingSent = slot.outgoing.count }
      slot.producer = nil
      return slot.outgoingLeft
    }
  }
}
