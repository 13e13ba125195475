internal import Contract

/// All of an endpoint that changes.
struct EndpointState: ~Copyable {
  /// The frames that were seen, by kind.
  var tally = FrameTally()
  /// Why the connection ends; `nil` as long as nothing went wrong.
  var failure: HTTP2Error?
  /// No call into the engine may follow.
  var engineFailed = false
  var streams: StreamTable
  /// The head of the request that was received last; the next one is often the same, and need not
  /// be copied then.
  var lastHead = FieldSection()
  /// The number of the last head; heads that are the same, one behind the other, have the same.
  var headNumber: UInt64 = 0
  /// The length of the body that the last head announces.
  var lastLength: Int?
  /// The fields of the last head by the buffers in which the engine keeps them.
  var known = KnownFields()
  /// Where the last head goes on while the one that is coming repeats it; nil once it differs.
  var repeated: Int?
  /// The slot that was looked up last; a head brings many fields in a row.
  var lastSlot = 0
  var newestStream: Int32 = 0
  /// Bodies that wait for a window worth a frame.
  var windowWaiters = 0
  /// Bytes of received bodies that nobody has taken.
  var bufferedBytes = 0
  /// Bytes of such bodies that may be kept now.
  var bodiesBytesMax: Int
  /// Bytes of bodies to send that still wait for the peer's windows.
  var queuedBytes = 0
  /// Bytes of bodies that were given to the frame engine.
  var bodyBytesSent = 0
  /// Whether the compression table has learned the names of fields whose values are unique.
  var hasTaughtNames = false
  /// The code of the GOAWAY that the application asked for.
  var goAwayCode: HTTP2Code?

  var scanner: FrameScanner
  /// Frames that the engine reported, and those that it must have dropped.
  var delivered = 0
  var ignored = 0

  var events: [HTTP2Event] = []
  var eventsTaken = 0
  var output = PendingOutput()
  /// Bytes that do not come from the frame engine any more: first SETTINGS, last GOAWAY.
  var written: [UInt8] = []

  init(_ role: Nghttp2.Role, _ limits: HTTP2Limits) {
    streams = StreamTable()
    bodiesBytesMax = limits.bodiesBytesMax
    scanner = FrameScanner(
      source: role == .server ? .client : .server, continuationsMax: limits.continuationsMax,
      headBlockMax: limits.headBytesMax * limits.headRefusalFactor)
  }

  /// Counts the frames in `bytes`, which the engine has not seen.
  mutating func scan(_ bytes: Span<UInt8>, _ budget: FrameBudget) throws(HTTP2Error) {
    try scanner.scan(bytes, into: &tally)
    try checkBudget(budget)
  }

  mutating func checkBudget(_ budget: FrameBudget) throws(HTTP2Error) {
    if let kind = tally.verdict(budget) { throw .overBudget(kind) }
  }

  /// Counts the head that is coming as refused for its size.
  mutating func refuseHead() { scanner.refuseHead(&tally) }

  /// One frame may be under way; whatever else was scanned but not reported was dropped.
  mutating func countIgnored() {
    let missing = scanner.frames - delivered - ignored - 1
    guard missing > 0 else { return }
    ignored += missing
    tally.count(.ignored, by: UInt32(clamping: missing))
  }

  /// Begins the head of a request; no other begins before its end (RFC 9113 §4.3).
  mutating func beginHead() {
    repeated = lastHead.isEmpty ? nil : 0
    known.begin()
  }

  /// Takes a field when it is in the buffers of the last head's field at this place.
  @inline(__always)
  mutating func repeatsKnown(_ field: ArrivingField) -> Bool {
    // SAFETY: the field is being reported.
    guard repeated != nil, let next = unsafe known.next(field) else { return false }
    repeated = next
    return true
  }

  /// Takes a field when it stands at this place in the last head too, as all before it did.
  mutating func repeats(_ field: ArrivingField) -> Bool {
    guard let place = repeated else { return false }
    // SAFETY: as above.
    guard let next = unsafe lastHead.place(behind: place, when: field.name.span, field.value.span)
    else { return false }
    // SAFETY: as above.
    unsafe known.note(field, end: next)
    repeated = next
    return true
  }

  /// Gives the stream in `slot` what it has repeated of the last head, from which it differs now.
  mutating func endRepeating(_ slot: Int) {
    guard let place = repeated else { return }
    repeated = nil
    streams[slot].take(lastHead, upTo: place)
  }

  /// Ends the head of the stream in `slot`: it is the last one, or becomes that.
  ///
  /// False when it is none of a request.
  mutating func endHead(_ slot: Int, _ limits: HTTP2Limits) -> Bool {
    if repeated == lastHead.used {
      repeated = nil
      streams[slot].head = lastHead
      streams[slot].headNumber = headNumber
      streams[slot].contentLength = lastLength
      return true
    }
    endRepeating(slot)
    // It is refused for that, and is not whole.
    guard !streams[slot].progress.contains(.headTooLarge) else { return true }
    let verdict = RequestHead.judge(
      streams[slot].head, allowsExtendedConnect: limits.allowsExtendedConnect)
    guard case .wellFormed(let length) = verdict else { return false }
    streams[slot].contentLength = length
    guard streams[slot].head.used <= limits.keptBytesMax else { return true }
    forgetHead(keeping: limits.keptBytesMax)
    lastHead.append(contentsOf: streams[slot].head)
    lastLength = length
    streams[slot].headNumber = headNumber
    return true
  }

  /// Forgets the last head.
  mutating func forgetHead(keeping: Int) {
    lastHead.removeAll(keepingCapacity: keeping)
    known.forget()
    headNumber &+= 1
  }

  /// The next thing the peer did; `nil` when all was taken.
  mutating func takeEvent(keeping capacityMax: Int) -> HTTP2Event? {
    guard eventsTaken < events.count else { return nil }
    let event = events[eventsTaken]
    eventsTaken += 1
    if eventsTaken == events.count {
      events.removeAll(keepingCapacity: events.capacity <= capacityMax)
      eventsTaken = 0
    }
    return event
  }

  /// Gives the storage of events back; all of them were taken.
  mutating func forgetEvents() { events = [] }

  /// Keeps the engine's output, which its next call would take away.
  mutating func keepOutput() { _ = output.move(into: &written, atMost: .max) }

  /// Moves at most `limit` of the bytes that were written by hand.
  mutating func moveWritten(into buffer: inout [UInt8], atMost limit: Int) -> Int {
    let count = min(limit, written.count)
    buffer.append(contentsOf: written[..<count])
    if count == written.count { written = [] } else { written.removeFirst(count) }
    return count
  }
}
