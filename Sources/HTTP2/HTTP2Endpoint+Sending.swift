internal import Contract

/// What the fence reports and asks while output is made. What is thrown here ends the connection.
extension HTTP2Endpoint {
  /// Writes the next bytes of the stream's body into `room`.
  func body(
    of stream: Int32, slot: Int, into room: UnsafeMutableRawBufferPointer
  ) throws(HTTP2Error) -> BodySupply {
    guard let index = streams.index(slot, of: stream) else { return .last(0) }
    if let producer = streams.slots[index].producer {
      guard admits(index, room: room.count, left: .max) else { return .later }
      // SAFETY: the room is the engine's for the time of this call.
      return try supply(index, unsafe producer.produce(into: room), room: room.count)
    }
    let left = streams.slots[index].outgoingLeft
    guard admits(index, room: room.count, left: left) else { return .later }
    let count = min(left, room.count)
    let sent = streams.slots[index].outgoingSent
    // SAFETY: as above, and `count` bounds both what is read and what is written.
    unsafe streams.slots[index].outgoing.withUnsafeBytes { bytes in
      unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[sent..<(sent + count)]))
    }
    streams.slots[index].outgoingSent = sent + count
    queuedBytes -= count
    return count == left ? .last(count) : .bytes(count)
  }

  private func supply(
    _ index: Int, _ production: Production, room: Int
  ) throws(HTTP2Error) -> BodySupply {
    let stream = streams.slots[index].stream
    switch production {
    case .bytes(let count):
      precondition(0 < count && count <= room, "a producer wrote \(count) bytes into \(room)")
      return .bytes(count)
    case .wait:
      streams.slots[index].progress.insert(.producerWaits)
      return .later
    case .end(let count):
      precondition(0 <= count && count <= room, "a producer wrote \(count) bytes into \(room)")
      streams.slots[index].producer = nil
      return .last(count)
    case .trailers(let fields, let count):
      precondition(0 <= count && count <= room, "a producer wrote \(count) bytes into \(room)")
      streams.slots[index].producer = nil
      guard !fields.isEmpty else { return .last(count) }
      try native.trailers(stream, fields)
      return .lastBeforeTrailers(count)
    case .abort(let code):
      streams.slots[index].progress.formUnion([.resetting, .discarding])
      try native.reset(stream, code)
      return .later
    }
  }

  /// Whether a DATA frame is worth making now.
  ///
  /// A peer that opens its window byte by byte would
  /// else have us send a frame for each (CVE-2019-9511). Every stream may make some short frames,
  /// and a peer whose whole window is small is served in halves of it, so nobody waits for ever.
  private func admits(_ index: Int, room: Int, left: Int) -> Bool {
    let full = min(limits.shortFrameBytes, left)
    guard room < full else {
      streams.slots[index].shortFrames = 0
      return true
    }
    let worthwhile = min(full, max(1, Int(native.peerSettings.streamWindow) / 2))
    if room < worthwhile, streams.slots[index].shortFrames >= limits.shortFramesMax {
      streams.slots[index].progress.insert(.windowWaits)
      windowWaiters += 1
      return false
    }
    streams.slots[index].shortFrames += 1
    tally.count(.shortFrameSent)
    return true
  }

  /// Asks the bodies again that wait for a window; `stream` is 0 for all of them.
  func windowsOpen(_ stream: Int32) throws(HTTP2Error) {
    guard windowWaiters > 0 else { return }
    if stream != 0 {
      if let index = slot(of: stream) { try wake(index) }
      return
    }
    for index in streams.slots.indices { try wake(index) }
  }

  private func wake(_ index: Int) throws(HTTP2Error) {
    guard streams.slots[index].progress.remove(.windowWaits) != nil else { return }
    windowWaiters -= 1
    try native.resume(streams.slots[index].stream)
  }

  func sent(_ frame: FrameReport) throws(HTTP2Error) {
    switch frame {
    case .data(let stream, let ends):
      tally.credit(.windowUpdate, by: 10)
      if ends { try sideEnds(stream) }
    case .head(let stream, let ends):
      if ends { try sideEnds(stream) }
    case .reset(let stream, let code):
      let wasAsked = slot(of: stream).map { streams.slots[$0].progress.contains(.resetting) }
      if code != .noError, wasAsked != true { tally.count(.resetSent) }
    case .goAway(let code):
      // Whatever the application did not ask for, the engine found in the peer's frames.
      if code != .noError, code != goAwayCode { failure = failure ?? .violation(code) }
    case .settings, .settingsAcknowledged, .windowUpdate, .ping, .pong, .unimportant: break
    }
  }

  /// RFC 9113 §8.1: after a complete response, a request that still comes is stopped without error.
  private func sideEnds(_ stream: Int32) throws(HTTP2Error) {
    guard role == .server, let index = slot(of: stream),
      !streams.slots[index].progress.contains(.received)
    else { return }
    streams.slots[index].progress.insert(.discarding)
    try native.reset(stream, .noError)
  }

  /// A head that no frame of ours may carry was not sent, so the stream would wait for ever.
  func headTooLarge(_ stream: Int32) throws(HTTP2Error) {
    guard role == .server, let index = slot(of: stream) else { return }
    streams.slots[index].progress.formUnion([.resetting, .discarding])
    try native.reset(stream, .internalError)
  }
}
