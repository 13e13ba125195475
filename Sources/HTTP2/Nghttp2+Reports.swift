private import CNghttp2

/// What the library tells of the peer and of itself.
extension Nghttp2 {
  /// Sets the functions of this file in `callbacks`.
  static func setReports(_ callbacks: OpaquePointer?) {
    // SAFETY: the caller just made the object, and the functions live for ever.
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders)
    unsafe nghttp2_session_callbacks_set_on_header_callback2(callbacks, onHeader)
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onDataChunk)
    // SAFETY: as above.
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrameReceived)
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, onFrameSent)
    unsafe nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, onFrameNotSent)
    // SAFETY: as above.
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onStreamClose)
  }

  /// Tells the endpoint; what it throws ends the session.
  @inline(__always)
  static func tell(
    _ user: UnsafeMutableRawPointer?, _ report: (HTTP2Endpoint) throws(HTTP2Error) -> Int32
  ) -> Int32 {
    let failed = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    // SAFETY: `report(to:)` set the user data to the endpoint, which is alive while it calls.
    guard let user = unsafe user else { return failed }
    return unsafe Unmanaged<HTTP2Endpoint>.fromOpaque(user)._withUnsafeGuaranteedRef { endpoint in
      do throws(HTTP2Error) { return try report(endpoint) } catch { return failed }
    }
  }
}

private typealias Frame = UnsafePointer<nghttp2_frame>?
private typealias User = UnsafeMutableRawPointer?

private func onBeginHeaders(_: OpaquePointer?, _ frame: Frame, _ user: User) -> Int32 {
  // SAFETY: nghttp2 passes a frame that is valid during the call.
  guard let stream = unsafe frame?.pointee.hd.stream_id else { return 0 }
  return unsafe Nghttp2.tell(user) { endpoint throws(HTTP2Error) in
    try endpoint.headBegins(stream)
    return 0
  }
}

private func onHeader(
  _: OpaquePointer?, _ frame: Frame, _ name: OpaquePointer?, _ value: OpaquePointer?, _: UInt8,
  _ user: User
) -> Int32 {
  // SAFETY: nghttp2 passes a frame and buffers that are valid during the call.
  guard let frame = unsafe frame, let name = unsafe name, let value = unsafe value else { return 0 }
  // SAFETY: as above.
  let field = unsafe ArrivingField(name: name, value: value)
  return unsafe Nghttp2.tell(user) { endpoint throws(HTTP2Error) in
    // SAFETY: as above.
    if unsafe endpoint.state.repeatsKnown(field) { return 0 }
    // SAFETY: as above.
    return try unsafe endpoint.field(frame.pointee.hd.stream_id, field)
      ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
  }
}

private func onDataChunk(
  _: OpaquePointer?, _: UInt8, _ stream: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
  _ user: User
) -> Int32 {
  // SAFETY: nghttp2 passes bytes that are valid during the call.
  let bytes = unsafe UnsafeBufferPointer(start: bytes, count: count)
  return unsafe Nghttp2.tell(user) { endpoint throws(HTTP2Error) in
    try endpoint.bodyArrives(stream, unsafe bytes.span)
    return 0
  }
}

private func onFrameReceived(_: OpaquePointer?, _ frame: Frame, _ user: User) -> Int32 {
  // SAFETY: nghttp2 passes a frame that is valid during the call.
  unsafe Nghttp2.tell(user) { endpoint throws(HTTP2Error) in
    try endpoint.received(unsafe report(frame))
    return 0
  }
}

private func onFrameSent(_: OpaquePointer?, _ frame: Frame, _ user: User) -> Int32 {
  // SAFETY: nghttp2 passes a frame that is valid during the call.
  unsafe Nghttp2.tell(user) { endpoint throws(HTTP2Error) in
    endpoint.sent(unsafe report(frame))
    return 0
  }
}

private func onFrameNotSent(
  _: OpaquePointer?, _ frame: Frame, _ error: Int32, _ user: User
) -> Int32 {
  guard error == NGHTTP2_ERR_FRAME_SIZE_ERROR.rawValue else { return 0 }
  // SAFETY: nghttp2 passes a frame that is valid during the call.
  return unsafe Nghttp2.tell(user) { endpoint throws(HTTP2Error) in
    guard case .head(let stream, _) = unsafe report(frame) else { return 0 }
    try endpoint.headTooLarge(stream)
    return 0
  }
}

private func onStreamClose(
  _: OpaquePointer?, _ stream: Int32, _ code: UInt32, _ user: User
) -> Int32 {
  // SAFETY: the user data is what `report(to:)` set.
  unsafe Nghttp2.tell(user) { endpoint throws(HTTP2Error) in
    try endpoint.streamCloses(stream, HTTP2Code(rawValue: code))
    return 0
  }
}

@inline(__always)
private func report(_ frame: Frame) -> FrameReport {
  // SAFETY: nghttp2 passes a frame whose type says which member of the union is the valid one.
  guard let frame = unsafe frame else { return .unimportant }
  let header = unsafe frame.pointee.hd
  let ends = UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
  let isAcknowledgement = UInt32(header.flags) & NGHTTP2_FLAG_ACK.rawValue != 0
  switch UInt32(header.type) {
  case NGHTTP2_DATA.rawValue: return .data(stream: header.stream_id, ends: ends)
  case NGHTTP2_HEADERS.rawValue: return .head(stream: header.stream_id, ends: ends)
  case NGHTTP2_RST_STREAM.rawValue:
    // SAFETY: as above.
    let code = unsafe frame.pointee.rst_stream.error_code
    return .reset(stream: header.stream_id, HTTP2Code(rawValue: code))
  case NGHTTP2_SETTINGS.rawValue: return isAcknowledgement ? .settingsAcknowledged : .settings
  case NGHTTP2_PING.rawValue:
    // SAFETY: as above.
    let payload = unsafe withUnsafeBytes(of: frame.pointee.ping.opaque_data) {
      unsafe UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self))
    }
    return isAcknowledgement ? .pong(payload) : .ping
  case NGHTTP2_GOAWAY.rawValue:
    // SAFETY: as above.
    return .goAway(HTTP2Code(rawValue: unsafe frame.pointee.goaway.error_code))
  case NGHTTP2_WINDOW_UPDATE.rawValue: return .windowUpdate(stream: header.stream_id)
  case _: return .unimportant
  }
}
