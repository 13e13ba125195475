private import CNghttp2
internal import Contract

/// The fence around nghttp2: only files named for this type know its symbols.
///
/// One session of the library, in the shape of this module: streams are numbers, a stream's slot is
/// its user data, results of calls are typed errors. After a call has thrown, no other may follow.
@safe struct Nghttp2: ~Copyable {
  /// Which end of the connection this is.
  enum Role: Hashable, Sendable {
    case server
    case client
  }

  let session: OpaquePointer
  /// Where the library's allocator notes the buffer through which a server's frames go out.
  private let frameBuffer: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  /// A session that has queued its SETTINGS and the opening of the connection's window.
  static func open(_ role: Role, _ limits: HTTP2Limits) throws(HTTP2Error) -> Nghttp2 {
    // SAFETY: made here, and freed by the value that owns the session, after that.
    let frameBuffer = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: 1)
    unsafe frameBuffer.initialize(to: nil)
    let session: OpaquePointer
    do throws(HTTP2Error) {
      // SAFETY: the pointer goes to its owner below.
      unsafe session = try make(role, frameBuffer)
    } catch {
      // SAFETY: there is no session that would use it.
      unsafe frameBuffer.deallocate()
      throw error
    }
    // SAFETY: the pointers go from their makers straight to their owner.
    let opened = unsafe Nghttp2(session: session, frameBuffer: frameBuffer)
    try opened.announce(role, limits)
    return opened
  }

  private init(
    session: OpaquePointer, frameBuffer: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) {
    // SAFETY: this value alone owns the pointers from here on.
    unsafe self.session = session
    unsafe self.frameBuffer = frameBuffer
  }

  /// Gives back the pages of the buffer for frames; nothing may be left in it.
  func trim() {
    // SAFETY: the library writes a frame from its first byte on before it reads any of it.
    unsafe switchyard_session_trim(frameBuffer.pointee)
  }

  private borrowing func announce(_ role: Role, _ limits: HTTP2Limits) throws(HTTP2Error) {
    var settings: [(id: nghttp2_settings_id, value: Int)] = [
      (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindow),
      (NGHTTP2_SETTINGS_MAX_FRAME_SIZE, limits.frameBytesMax),
      (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headBytesMax),
    ]
    switch role {
    case .server:
      settings.append((NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreamsMax))
      if limits.allowsExtendedConnect {
        settings.append((NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1))
      }
    case .client:
      settings.append((NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
    }
    let entries = settings.map {
      nghttp2_settings_entry(
        settings_id: Int32(bitPattern: $0.id.rawValue), value: UInt32(clamping: $0.value))
    }
    // SAFETY: the session was made above; nghttp2 copies the entries before it returns.
    try Self.check(unsafe nghttp2_submit_settings(session, 0, entries, entries.count))
    try Self.check(
      // SAFETY: the session was made above, and stream 0 is the connection.
      unsafe nghttp2_session_set_local_window_size(
        session, 0, 0, Int32(clamping: limits.connectionWindow)))
  }

  deinit {
    // SAFETY: the pointer is this value's alone, and this is its end.
    unsafe nghttp2_session_del(session)
    // SAFETY: the session that used it is gone.
    unsafe frameBuffer.deallocate()
  }

  /// Names the endpoint that hears of what happens; it must outlive every later call.
  func report(to endpoint: HTTP2Endpoint) {
    // SAFETY: the endpoint owns this value, so it is alive whenever the session calls back.
    unsafe nghttp2_session_set_user_data(session, Unmanaged.passUnretained(endpoint).toOpaque())
  }
}

// MARK: - Making

extension Nghttp2 {
  private static func make(
    _ role: Role, _ frameBuffer: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) throws(HTTP2Error) -> OpaquePointer {
    var callbacks: OpaquePointer?
    // SAFETY: each of the two objects is made here, copied by nghttp2, and deleted here.
    try check(unsafe nghttp2_session_callbacks_new(&callbacks))
    defer { unsafe nghttp2_session_callbacks_del(callbacks) }
    var option: OpaquePointer?
    // SAFETY: as above.
    try check(unsafe nghttp2_option_new(&option))
    defer { unsafe nghttp2_option_del(option) }

    // SAFETY: both objects were just made.
    unsafe setReports(callbacks)
    unsafe nghttp2_option_set_no_auto_window_update(option, 1)
    // SAFETY: as above. The budget limits resets; the library's limit would say INTERNAL_ERROR.
    unsafe nghttp2_option_set_stream_reset_rate_limit(option, 1 << 30, 1 << 30)
    // SAFETY: as above. The scanner counts CONTINUATION; the library counts one anew for every
    // piece in which its header comes, and does not forget those of heads that it ignores.
    unsafe nghttp2_option_set_max_continuations(option, .max)
    // SAFETY: as above. What HTTP asks of a request is asked for here, once for heads that come
    // again.
    if role == .server { unsafe nghttp2_option_set_no_http_messaging(option, 1) }

    var made: OpaquePointer?
    let result =
      switch role {
      // SAFETY: nghttp2 copies all it is given; `made` is written when the result is zero.
      case .server: unsafe switchyard_session_server_new(&made, callbacks, option, frameBuffer)
      case .client: unsafe nghttp2_session_client_new2(&made, callbacks, nil, option)
      }
    try check(result)
    // SAFETY: the pointer is only handed on.
    guard let made = unsafe made else { throw .outOfMemory }
    return unsafe made
  }

  /// The one place where a result of the library is read.
  static func check(_ result: Int32) throws(HTTP2Error) {
    guard result < 0 else { return }
    switch result {
    case NGHTTP2_ERR_NOMEM.rawValue: throw .outOfMemory
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue: throw .badPreface
    case NGHTTP2_ERR_FLOODED.rawValue: throw .unreadAcknowledgements
    case _: throw .engine(result)
    }
  }

  /// True when the library took the request; false when it no longer makes sense for the stream.
  static func accepted(_ result: Int32) throws(HTTP2Error) -> Bool {
    switch result {
    case NGHTTP2_ERR_INVALID_ARGUMENT.rawValue, NGHTTP2_ERR_STREAM_CLOSED.rawValue,
      NGHTTP2_ERR_STREAM_CLOSING.rawValue, NGHTTP2_ERR_DATA_EXIST.rawValue,
      NGHTTP2_ERR_INVALID_STATE.rawValue, NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE.rawValue:
      return false
    case _:
      try check(result)
      return true
    }
  }
}

// MARK: - Bytes

extension Nghttp2 {
  /// Feeds bytes; what they mean is reported before this returns.
  func receive(_ bytes: Span<UInt8>) throws(HTTP2Error) {
    // SAFETY: nghttp2 reads the bytes before it returns and keeps none of the pointers.
    let taken = unsafe bytes.withUnsafeBufferPointer {
      unsafe nghttp2_session_mem_recv(session, $0.baseAddress, $0.count)
    }
    try Self.check(Int32(clamping: min(taken, 0)))
  }

  /// The next bytes to send, valid until the next call of this; empty when there are none now.
  func nextOutput() throws(HTTP2Error) -> PendingOutput {
    var bytes: UnsafePointer<UInt8>?
    // SAFETY: the library sets the pointer to its own buffer, which the next such call reuses.
    let count = unsafe nghttp2_session_mem_send(session, &bytes)
    try Self.check(Int32(clamping: min(count, 0)))
    return unsafe PendingOutput(UnsafeBufferPointer(start: bytes, count: max(count, 0)))
  }
}

// MARK: - Session

extension Nghttp2 {
  /// False when nothing the peer sends matters any longer.
  // SAFETY: (this and all below) the session is alive as long as this value is.
  var wantsRead: Bool { unsafe nghttp2_session_want_read(session) != 0 }

  /// True when there is something that could be sent now.
  // SAFETY: as above.
  var wantsWrite: Bool { unsafe nghttp2_session_want_write(session) != 0 }

  /// The newest stream of the peer that was processed.
  // SAFETY: as above.
  var lastStream: Int32 { unsafe nghttp2_session_get_last_proc_stream_id(session) }

  /// What the peer's SETTINGS say now.
  var peerSettings: PeerSettings {
    func value(_ id: nghttp2_settings_id) -> UInt32 {
      // SAFETY: as above; every id that is asked for is one the library knows.
      unsafe nghttp2_session_get_remote_settings(session, id)
    }
    return PeerSettings(
      headerTableBytes: value(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE),
      concurrentStreamsMax: value(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS),
      streamWindow: value(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE),
      frameBytesMax: value(NGHTTP2_SETTINGS_MAX_FRAME_SIZE),
      headBytesMax: value(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE),
      allowsExtendedConnect: value(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1)
  }

  /// Queues GOAWAY with the largest stream id: no request in flight is lost (RFC 9113 §6.8).
  func shutdownNotice() throws(HTTP2Error) {
    // SAFETY: as above.
    _ = try Self.accepted(unsafe nghttp2_submit_shutdown_notice(session))
  }

  /// Queues GOAWAY with the last stream that was processed; open streams go on.
  func goAway(_ code: HTTP2Code) throws(HTTP2Error) {
    _ = try Self.accepted(
      // SAFETY: as above; there is no debug data.
      unsafe nghttp2_submit_goaway(session, 0, lastStream, code.rawValue, nil, 0))
  }

  /// Queues GOAWAY and takes nothing more.
  func terminate(_ code: HTTP2Code) throws(HTTP2Error) {
    // SAFETY: as above.
    try Self.check(unsafe nghttp2_session_terminate_session(session, code.rawValue))
  }

  /// Queues a PING that carries `number`.
  func ping(_ number: UInt64) throws(HTTP2Error) {
    var payload = number.bigEndian
    // SAFETY: as above; nghttp2 copies the eight bytes before it returns.
    let result = unsafe withUnsafeBytes(of: &payload) {
      unsafe nghttp2_submit_ping(session, 0, $0.bindMemory(to: UInt8.self).baseAddress)
    }
    try Self.check(result)
  }
}

// MARK: - Streams

extension Nghttp2 {
  /// The slot that was bound to the stream; it may belong to a newer stream by now.
  func slot(of stream: Int32) -> Int? {
    // SAFETY: as above; the user data is a number in a pointer's clothes and never followed.
    let data = unsafe nghttp2_session_get_stream_user_data(session, stream)
    return unsafe Self.slot(data)
  }

  /// Binds a slot to the stream.
  func bind(_ stream: Int32, to slot: Int) throws(HTTP2Error) {
    _ = try Self.accepted(
      // SAFETY: as above.
      unsafe nghttp2_session_set_stream_user_data(session, stream, Self.userData(slot)))
  }

  /// Opens the windows of the stream and the connection for bytes that were received.
  func consume(_ stream: Int32, _ count: Int) throws(HTTP2Error) {
    // SAFETY: as above.
    _ = try Self.accepted(unsafe nghttp2_session_consume(session, stream, count))
  }

  /// Opens the window of the connection for bytes of a stream that is gone.
  func consumeConnection(_ count: Int) throws(HTTP2Error) {
    // SAFETY: as above.
    _ = try Self.accepted(unsafe nghttp2_session_consume_connection(session, count))
  }

  /// Queues RST_STREAM.
  func reset(_ stream: Int32, _ code: HTTP2Code) throws(HTTP2Error) {
    // SAFETY: as above.
    _ = try Self.accepted(unsafe nghttp2_submit_rst_stream(session, 0, stream, code.rawValue))
  }

  /// Asks again for a body that had nothing to give.
  func resume(_ stream: Int32) throws(HTTP2Error) {
    // SAFETY: as above.
    _ = try Self.accepted(unsafe nghttp2_session_resume_data(session, stream))
  }

  static func userData(_ slot: Int) -> UnsafeMutableRawPointer? {
    // SAFETY: a number in a pointer's clothes, which nobody follows.
    unsafe UnsafeMutableRawPointer(bitPattern: slot + 1)
  }

  static func slot(_ data: UnsafeMutableRawPointer?) -> Int? {
    // SAFETY: as above, undressed.
    unsafe data.map { Int(bitPattern: $0) - 1 }
  }
}
