package import Contract

/// What an application does with one stream; a stale key makes every one of these do nothing.
extension HTTP2Endpoint {
  /// True until the stream has closed or this side has reset it.
  package final func isOpen(_ key: StreamKey) -> Bool {
    guard let index = streams.index(of: key) else { return false }
    return !streams.slots[index].progress.contains(.resetting)
  }

  /// Lets `body` read the peer's head where it lies; `nil` when the stream has closed.
  package final func withHead<Result, Failure: Error>(
    _ key: StreamKey, _ body: (FieldSection) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let index = streams.index(of: key) else { return nil }
    // Moved out meanwhile, so that `body` may answer the stream or even see it close.
    var head = FieldSection()
    swap(&head, &streams.slots[index].head)
    defer {
      if streams.index(of: key) == index { swap(&head, &streams.slots[index].head) }
    }
    return try body(head)
  }

  /// The peer's head, for work that may outlive the stream; `nil` when it has closed.
  ///
  /// Nothing is copied: the storage is the stream's own for as long as both live.
  package final func head(of key: StreamKey) -> FieldSection? {
    streams.index(of: key).map { streams.slots[$0].head }
  }

  /// The same as `head(of:)`.
  package final func takeHead(_ key: StreamKey) -> FieldSection? { head(of: key) }

  /// The bytes of the body that came since they were last taken.
  ///
  /// In a stepwise stream this is what opens the windows for more.
  package final func takeBody(_ key: StreamKey) -> [UInt8] {
    guard let index = streams.index(of: key) else { return [] }
    var body: [UInt8] = []
    swap(&body, &streams.slots[index].body)
    bodyTaken(index, body.count)
    return body
  }

  /// Lets `read` see the same bytes where they lie, and then forgets them.
  package final func withBody<Result, Failure: Error>(
    _ key: StreamKey, _ read: ([UInt8]) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let index = streams.index(of: key) else { return nil }
    var body: [UInt8] = []
    swap(&body, &streams.slots[index].body)
    bodyTaken(index, body.count)
    defer {
      if streams.index(of: key) == index, streams.slots[index].body.isEmpty {
        body.removeAll(keepingCapacity: body.capacity <= limits.keptBytesMax)
        swap(&body, &streams.slots[index].body)
      }
    }
    return try read(body)
  }

  private final func bodyTaken(_ index: Int, _ count: Int) {
    bufferedBytes -= count
    streams.slots[index].progress.remove(.bodySignalled)
    let unconsumed = streams.slots[index].unconsumed
    guard unconsumed > 0 else { return }
    streams.slots[index].unconsumed = 0
    let stream = streams.slots[index].stream
    _ = attempt { () throws(HTTP2Error) in try native.consume(stream, unconsumed) }
  }

  /// From now on the windows open only as the body is taken, and its length has no limit.
  ///
  /// For bodies that are read as they come. Otherwise a body is gathered whole, up to the limit.
  package final func readStepwise(_ key: StreamKey) {
    guard let index = streams.index(of: key) else { return }
    streams.slots[index].progress.insert(.stepwise)
  }

  /// Bytes of the body that came so far, taken or not; zero when the stream has closed.
  package final func bodyReceived(_ key: StreamKey) -> Int {
    guard let index = streams.index(of: key) else { return 0 }
    return streams.slots[index].bodyReceived
  }

  /// Ends the stream at once in both directions; `closed` follows when RST_STREAM was sent.
  package final func reset(_ key: StreamKey, _ code: HTTP2Code) {
    guard let index = streams.index(of: key), isOpen(key) else { return }
    let stream = streams.slots[index].stream
    streams.slots[index].progress.formUnion([.resetting, .discarding])
    _ = attempt { () throws(HTTP2Error) in try native.reset(stream, code) }
  }

  /// Asks the stream's producer again, after it has said `wait`.
  package final func resume(_ key: StreamKey) {
    guard let index = streams.index(of: key),
      streams.slots[index].progress.remove(.producerWaits) != nil
    else { return }
    let stream = streams.slots[index].stream
    _ = attempt { () throws(HTTP2Error) in try native.resume(stream) }
  }

  /// Gives back the storage that closed streams left, when none is open: for idle connections.
  package final func trim() {
    streams.trim()
  }
}

// MARK: - Bodies to send

extension HTTP2Endpoint {
  final func setBody(_ index: Int, _ bytes: consuming [UInt8]) {
    queuedBytes += bytes.count
    streams.slots[index].outgoing = bytes
  }

  final func setBody(_ index: Int, copying bytes: Span<UInt8>) {
    queuedBytes += bytes.count
    // SAFETY: the bytes are copied before the span's borrow ends.
    unsafe bytes.withUnsafeBufferPointer {
      unsafe streams.slots[index].outgoing.append(contentsOf: $0)
    }
  }

  final func dropBody(_ index: Int) {
    queuedBytes -= streams.slots[index].outgoingLeft
    streams.slots[index].outgoingSent = streams.slots[index].outgoing.count
    streams.slots[index].producer = nil
  }
}
