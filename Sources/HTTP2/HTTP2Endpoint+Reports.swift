internal import Contract

/// What the fence reports while bytes are taken. What is thrown here ends the connection.
extension HTTP2Endpoint {
  func headBegins(_ stream: Int32) throws(HTTP2Error) {
    state.repeated = nil
    guard role == .server, slot(of: stream) == nil else { return }
    state.newestStream = max(state.newestStream, stream)
    state.lastSlot = state.streams.open(stream)
    state.beginHead()
    try native.bind(stream, to: state.lastSlot)
  }

  /// Takes a field of a head or of trailers that came in other buffers than the last time; false
  /// when the stream must be refused for it.
  func field(_ stream: Int32, _ field: ArrivingField) throws(HTTP2Error) -> Bool {
    // SAFETY: the field is being reported.
    if unsafe state.repeats(field) { return true }
    guard let index = slot(of: stream) else { return true }
    state.endRepeating(index)
    // SAFETY: as above.
    let (name, value) = unsafe (field.name, field.value)
    if role == .server, state.streams[index].progress.contains(.headComplete) {
      // SAFETY: as above.
      guard unsafe RequestHead.isTrailer(name: name.span, value: value.span) else {
        try malformed(index)
        return false
      }
    }
    let isTaken = state.streams.update(index) {
      // SAFETY: as above.
      unsafe $0.take(
        name: name.span, value: value.span, keepingTrailers: role == .client, limits)
    }
    return isTaken || tooLarge(index)
  }

  private func tooLarge(_ index: Int) -> Bool {
    let (bytes, fields) = (state.streams[index].headBytes, state.streams[index].headFields)
    let factor = limits.headRefusalFactor
    if bytes <= limits.headBytesMax * factor, fields <= limits.headFieldsMax * factor {
      state.streams[index].progress.insert(.headTooLarge)
      return true
    }
    state.streams[index].progress.insert(.discarding)
    state.refuseHead()
    return false
  }

  @inline(__always)
  func received(_ frame: FrameReport) throws(HTTP2Error) {
    state.delivered &+= 1
    switch frame {
    case .data(let stream, let ends):
      if ends, let index = slot(of: stream) { try messageEnds(index) }
    case .head(let stream, let ends):
      if let index = slot(of: stream) { try headEnds(index, ends: ends) }
    case .settings: try windowsOpen(0)
    case .windowUpdate(let stream): try windowsOpen(stream)
    case .settingsAcknowledged: emit(.settingsAcknowledged)
    case .pong(let number): emit(.pong(number))
    case .goAway(let code): emit(.goAway(code))
    case .reset, .ping, .unimportant: break
    }
  }

  /// Ends the stream whose request is none (RFC 9113 §8.1.1).
  private func malformed(_ index: Int) throws(HTTP2Error) {
    dropReceived(index)
    state.streams[index].progress.insert(.discarding)
    try native.reset(state.streams[index].stream, .protocolError)
  }

  private func headEnds(_ index: Int, ends: Bool) throws(HTTP2Error) {
    let progress = state.streams[index].progress
    if role == .server, !progress.contains(.headComplete), !state.endHead(index, limits) {
      return try malformed(index)
    }
    state.streams[index].headBytes = 0
    state.streams[index].headFields = 0
    guard !progress.contains(.headComplete) else {
      if ends { return try messageEnds(index) }
      // RFC 9113 §8.1: trailers end the message.
      return try malformed(index)
    }
    if role == .client, !ends, isInterim(state.streams[index].head) {
      state.streams[index].head.removeAll(keepingCapacity: limits.keptBytesMax)
      return
    }
    state.streams[index].progress.formUnion([.headComplete, .announced])
    if progress.contains(.headTooLarge) {
      refuse(index, .headersTooLarge(state.streams.key(index)), ends: ends)
    } else if ends {
      try messageEnds(index)
    } else if let length = state.streams[index].contentLength, length > limits.bodyBytesMax {
      refuse(index, .bodyTooLarge(state.streams.key(index)), ends: false)
    } else {
      emit(.headers(state.streams.key(index)))
    }
  }

  private func refuse(_ index: Int, _ event: HTTP2Event, ends: Bool) {
    state.streams[index].progress.formUnion(ends ? [.discarding, .received] : [.discarding])
    emit(event)
  }

  private func messageEnds(_ index: Int) throws(HTTP2Error) {
    let (isWanted, isWhole) = state.streams.update(index) { slot in
      slot.progress.insert(.received)
      let length = slot.contentLength ?? slot.bodyReceived
      return (!slot.progress.contains(.discarding), length == slot.bodyReceived)
    }
    guard isWanted else { return }
    guard isWhole else { return try malformed(index) }
    emit(.end(state.streams.key(index)))
  }

  /// RFC 9110 §15.2: interim responses come before the one that counts.
  private func isInterim(_ head: FieldSection) -> Bool {
    guard let status = head.status else { return false }
    return (100..<200).contains(status)
  }

  func bodyArrives(_ stream: Int32, _ bytes: Span<UInt8>) throws(HTTP2Error) {
    guard let index = slot(of: stream) else { return try native.consume(stream, bytes.count) }
    state.streams[index].bodyReceived &+= bytes.count
    guard !state.streams[index].progress.contains(.discarding) else {
      return try discard(index, bytes.count)
    }
    if let length = state.streams[index].contentLength, state.streams[index].bodyReceived > length {
      try native.consume(stream, bytes.count)
      return try malformed(index)
    }
    let isStepwise = state.streams[index].progress.contains(.stepwise)
    if isStepwise {
      state.streams[index].unconsumed += bytes.count
    } else {
      try native.consume(stream, bytes.count)
      guard state.streams[index].bodyReceived <= limits.bodyBytesMax else {
        dropReceived(index)
        return refuse(index, .bodyTooLarge(state.streams.key(index)), ends: false)
      }
      guard state.bufferedBytes + bytes.count <= state.bodiesBytesMax else {
        // Nothing was done for the request yet, so the client may try it again (RFC 9113 §8.7).
        dropReceived(index)
        state.streams[index].progress.insert(.discarding)
        return try native.reset(stream, .refusedStream)
      }
    }
    state.bufferedBytes += bytes.count
    // SAFETY: the bytes are copied before the span's borrow ends.
    unsafe bytes.withUnsafeBufferPointer {
      unsafe state.streams[index].body.append(contentsOf: $0)
    }
    if !state.streams[index].progress.contains(.bodySignalled) {
      state.streams[index].progress.insert(.bodySignalled)
      emit(.body(state.streams.key(index)))
    }
  }

  private func discard(_ index: Int, _ count: Int) throws(HTTP2Error) {
    let stream = state.streams[index].stream
    try native.consume(stream, count)
    // RFC 9113 §8.1: after a complete response, what still comes may be stopped with no error.
    if state.streams[index].progress.contains(.responded),
      !state.streams[index].progress.contains(.resetting),
      state.streams[index].bodyReceived > limits.discardedBytesMax
    {
      state.streams[index].progress.insert(.resetting)
      try native.reset(stream, .noError)
    }
  }

  private func dropReceived(_ index: Int) {
    state.bufferedBytes -= state.streams[index].body.count
    state.streams[index].body = []
  }

  func streamCloses(_ stream: Int32, _ code: HTTP2Code) throws(HTTP2Error) {
    if let index = slot(of: stream) { try close(index, code) }
  }

  func close(_ index: Int, _ code: HTTP2Code) throws(HTTP2Error) {
    let progress = state.streams[index].progress
    if progress.contains(.announced) { emit(.closed(state.streams.key(index), code)) }
    if progress.contains(.windowWaits) { state.windowWaiters -= 1 }
    let unconsumed = state.streams.update(index) { slot in
      defer { slot.unconsumed = 0 }
      return slot.unconsumed
    }
    dropBody(index)
    if role == .client, progress.contains(.announced) {
      // A response is complete and its stream closed at once; it is still to be read.
      state.streams[index].progress.formUnion([.resetting, .discarding])
    } else {
      release(index)
    }
    if unconsumed > 0 { try native.consumeConnection(unconsumed) }
  }

  /// Frees the slot of a stream that has closed.
  func release(_ index: Int) {
    state.bufferedBytes -= state.streams[index].body.count
    state.streams.close(index, keeping: limits.keptBytesMax)
  }

  /// The open stream's slot.
  @inline(__always)
  func slot(of stream: Int32) -> Int? {
    state.streams.index(state.lastSlot, of: stream) ?? boundSlot(of: stream)
  }

  @inline(never)
  private func boundSlot(of stream: Int32) -> Int? {
    guard let index = state.streams.index(native.slot(of: stream), of: stream) else { return nil }
    state.lastSlot = index
    return index
  }
}
