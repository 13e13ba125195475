internal import Contract

/// What the fence reports and asks while output is made. What is thrown here ends the connection.
extension HTTP2Endpoint {
  /// Writes the next bytes of the stream's body into `room`.
  func body(
    of stream: Int32, slot: Int, into room: UnsafeMutableRawBufferPointer
  ) throws(HTTP2Error) -> BodySupply {
    guard let index = state.streams.index(slot, of: stream) else { return .last(0) }
    // The engine asks once more after a pause.
    if state.streams[index].progress.contains(.producerWaits) { return .later }
    if let producer = state.streams[index].producer {
      guard admits(index, room: room.count, left: .max) else { return .later }
      // SAFETY: the room is the engine's for the time of this call.
      return try supply(index, unsafe producer.produce(into: room), room: room.count)
    }
    let left = state.streams[index].outgoingLeft
    guard admits(index, room: room.count, left: left) else { return .later }
    let count = min(left, room.count)
    state.streams.update(index) { slot in
      let sent = slot.outgoingSent
      // SAFETY: as above, and `count` bounds both what is read and what is written.
      unsafe slot.outgoing.withUnsafeBytes { bytes in
        unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[sent..<(sent + count)]))
      }
      slot.outgoingSent = sent + count
    }
    state.queuedBytes -= count
    state.bodyBytesSent &+= count
    guard count == left else { return .bytes(count) }
    guard let trailers = state.streams[index].trailers else { return .last(count) }
    try native.trailers(stream, trailers.fields)
    return .lastBeforeTrailers(count)
  }

  private func supply(
    _ index: Int, _ production: Production, room: Int
  ) throws(HTTP2Error) -> BodySupply {
    let stream = state.streams[index].stream
    switch production {
    case .bytes(let count):
      precondition(0 < count && count <= room, "a producer wrote \(count) bytes into \(room)")
      state.bodyBytesSent &+= count
      return .bytes(count)
    case .pause(let count):
      precondition(0 < count && count <= room, "a producer wrote \(count) bytes into \(room)")
      state.bodyBytesSent &+= count
      state.streams[index].progress.insert(.producerWaits)
      return .bytes(count)
    case .wait:
      state.streams[index].progress.insert(.producerWaits)
      return .later
    case .end(let count):
      precondition(0 <= count && count <= room, "a producer wrote \(count) bytes into \(room)")
      state.streams[index].producer = nil
      return .last(count)
    case .trailers(let fields, let count):
      precondition(0 <= count && count <= room, "a producer wrote \(count) bytes into \(room)")
      state.streams[index].producer = nil
      guard !fields.isEmpty else { return .last(count) }
      try native.trailers(stream, fields)
      return .lastBeforeTrailers(count)
    case .abort(let code):
      state.streams[index].progress.formUnion([.resetting, .discarding])
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
      state.streams[index].shortFrames = 0
      return true
    }
    let worthwhile = min(full, max(1, Int(native.peerSettings.streamWindow) / 2))
    if room < worthwhile, state.streams[index].shortFrames >= limits.shortFramesMax {
      state.streams[index].progress.insert(.windowWaits)
      state.windowWaiters += 1
      return false
    }
    state.streams[index].shortFrames += 1
    state.tally.count(.shortFrameSent)
    return true
  }

  /// Asks the bodies again that wait for a window; `stream` is 0 for all of them.
  func windowsOpen(_ stream: Int32) throws(HTTP2Error) {
    guard state.windowWaiters > 0 else { return }
    if stream != 0 {
      if let index = slot(of: stream) { try wake(index) }
      return
    }
    for index in state.streams.indices { try wake(index) }
  }

  private func wake(_ index: Int) throws(HTTP2Error) {
    guard state.streams[index].progress.remove(.windowWaits) != nil else { return }
    state.windowWaiters -= 1
    try native.resume(state.streams[index].stream)
  }

  @inline(__always)
  func sent(_ frame: FrameReport) {
    switch frame {
    case .data(let stream, let ends):
      state.tally.credit(.windowUpdate, by: 10)
      if ends { sideEnds(stream) }
    case .head(let stream, let ends):
      if ends { sideEnds(stream) }
    case .reset(let stream, let code):
      let wasAsked = slot(of: stream).map { state.streams[$0].progress.contains(.resetting) }
      if code != .noError, wasAsked != true { state.tally.count(.resetSent) }
    case .goAway(let code):
      // Whatever the application did not ask for, the engine found in the peer's frames.
      if code != .noError, code != state.goAwayCode {
        state.failure = state.failure ?? .violation(code)
      }
    case .settings, .settingsAcknowledged, .windowUpdate, .ping, .pong, .unimportant: break
    }
  }

  /// What still comes of a request that is answered is thrown away.
  private func sideEnds(_ stream: Int32) {
    guard role == .server, let index = slot(of: stream),
      !state.streams[index].progress.contains(.received)
    else { return }
    state.streams[index].progress.formUnion([.discarding, .responded])
  }

  /// A head that no frame of ours may carry was not sent, so the stream would wait for ever.
  func headTooLarge(_ stream: Int32) throws(HTTP2Error) {
    guard role == .server, let index = slot(of: stream) else { return }
    state.streams[index].progress.formUnion([.resetting, .discarding])
    try native.reset(stream, .internalError)
  }
}
