/// The fence, part five: one TLS session.
private import COpenSSL

/// What reading from a session came to.
enum ReadOutcome {
  /// Every byte given was used; the peer may send more.
  case starved
  /// The peer said that it sends nothing more.
  case closedByPeer
  /// The session is dead.
  case failed(OpenSSLReason)
}

/// An `SSL` whose bytes are lent by its callers, call by call.
@safe struct SSLHandle: ~Copyable {
  private let ssl: OpaquePointer
  private let lent: UnsafeMutablePointer<LentBytes>

  /// Takes over an `SSL` and gives it a BIO that moves lent bytes.
  init(_ ssl: OpaquePointer, method: OpaquePointer, context: TLSContext) {
    // SAFETY: the caller gives its reference away.
    unsafe self.ssl = ssl
    // SAFETY: initialised here, freed in `deinit` after the BIO that points to it.
    unsafe lent = .allocate(capacity: 1)
    unsafe lent.initialize(to: LentBytes(context: context))
    // SAFETY: one BIO serves both directions, and the session takes over its only reference.
    let bio = unsafe require(BIO_new(method), "BIO_new")
    unsafe BIO_set_data(bio, lent)
    unsafe BIO_set_init(bio, 1)
    unsafe SSL_set_bio(ssl, bio, bio)
    // SAFETY: the session is live and has not started.
    unsafe context.side == .server ? SSL_set_accept_state(ssl) : SSL_set_connect_state(ssl)
  }

  deinit {
    // SAFETY: made in `init`, freed once; the session frees its BIO, then nothing points to `lent`,
    // and only then the context may go, whose method the BIO used.
    unsafe SSL_free(ssl)
    unsafe lent.deinitialize(count: 1)
    unsafe lent.deallocate()
  }

  /// Gives ciphertext to the session; plaintext and ciphertext for the peer are appended.
  mutating func read(
    _ ciphertext: Span<UInt8>, plaintext: inout [UInt8], output: inout [UInt8]
  ) -> ReadOutcome {
    ErrorQueue.clear()
    // SAFETY: `lent` is live; the caller's array is moved in and out without a copy.
    unsafe swap(&lent.pointee.output, &output)
    defer { unsafe swap(&lent.pointee.output, &output) }
    // SAFETY: the pointer is taken back before the span's bytes can go away.
    return unsafe ciphertext.withUnsafeBufferPointer { input in
      unsafe lent.pointee.input = UnsafeRawBufferPointer(input)
      defer { unsafe lent.pointee.input = UnsafeRawBufferPointer(start: nil, count: 0) }
      return readAll(&plaintext)
    }
  }

  private mutating func readAll(_ plaintext: inout [UInt8]) -> ReadOutcome {
    while true {
      var result: Int32 = 0
      plaintext.append(addingCapacity: TLSSession.recordMax) { room in
        // SAFETY: OpenSSL writes at most `buffer.count` bytes and says in `count` how many.
        unsafe room.withUnsafeMutableBufferPointer { buffer, count in
          result = unsafe SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
        }
      }
      guard result == 1 else { return outcome(of: result) }
      // With nothing left, another SSL_read could only starve.
      // SAFETY: both are reads of live values.
      if unsafe lent.pointee.input.isEmpty && SSL_has_pending(ssl) == 0 { return .starved }
    }
  }

  /// Encrypts plaintext for the peer; the ciphertext is appended.
  mutating func write(_ plaintext: Span<UInt8>, output: inout [UInt8]) throws(OpenSSLReason) {
    guard !plaintext.isEmpty else { return }
    ErrorQueue.clear()
    // SAFETY: `lent` is live; the caller's array is moved in and out without a copy.
    unsafe swap(&lent.pointee.output, &output)
    defer { unsafe swap(&lent.pointee.output, &output) }
    var written = 0
    // SAFETY: OpenSSL reads `count` bytes; our BIO takes all, so it never comes back for them.
    let result = unsafe plaintext.withUnsafeBufferPointer { buffer in
      unsafe SSL_write_ex(ssl, buffer.baseAddress, buffer.count, &written)
    }
    try check(result)
  }

  /// Says to the peer that nothing more will be sent.
  mutating func shutDown(output: inout [UInt8]) {
    ErrorQueue.clear()
    // SAFETY: as in `write`; a refusal by OpenSSL means that there is nobody to tell.
    unsafe swap(&lent.pointee.output, &output)
    unsafe _ = SSL_shutdown(ssl)
    unsafe swap(&lent.pointee.output, &output)
    ErrorQueue.clear()
  }

  /// Appends the announcement of a new key, which asks the peer for one too (RFC 8446 §4.6.3).
  mutating func renewKeys(output: inout [UInt8]) throws(OpenSSLReason) {
    ErrorQueue.clear()
    // SAFETY: as in `write`; the second call sends what the first one asked for.
    unsafe swap(&lent.pointee.output, &output)
    defer { unsafe swap(&lent.pointee.output, &output) }
    unsafe try check(SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED))
    unsafe try check(SSL_do_handshake(ssl))
  }

  private func outcome(of result: Int32) -> ReadOutcome {
    // SAFETY: asked directly after the call that gave the result, on the same thread.
    switch unsafe SSL_get_error(ssl, result) {
    case SSL_ERROR_WANT_READ: .starved
    case SSL_ERROR_ZERO_RETURN: .closedByPeer
    default: .failed(ErrorQueue.drain())
    }
  }

  /// Verifies the peer's certificate as of a moment, in Unix seconds.
  func verify(at unixSeconds: Int64) {
    // SAFETY: the parameters belong to the live session.
    unsafe X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), Int(unixSeconds))
  }

  /// Demands that the peer's certificate names this host, and asks for the host by name.
  func expect(_ host: HostName) {
    // SAFETY: the parameters belong to the live session; every text and byte is copied.
    let parameters = unsafe SSL_get0_param(ssl)
    unsafe X509_VERIFY_PARAM_set_hostflags(
      parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    switch host.kind {
    case .name(let name):
      // SAFETY: as above.
      unsafe require(X509_VERIFY_PARAM_set1_host(parameters, name, 0), "set1_host")
      unsafe require(COpenSSL_SSL_set_tlsext_host_name(ssl, name), "set_tlsext_host_name")
    case .address(let bytes):
      // SAFETY: as above. RFC 6066 §3: an address is never sent as a server name.
      unsafe require(X509_VERIFY_PARAM_set1_ip(parameters, bytes, bytes.count), "set1_ip")
    }
  }

  /// Tries to continue an earlier session; one that OpenSSL cannot read is left out.
  func resume(_ saved: [UInt8]) {
    // SAFETY: OpenSSL reads at most `count` bytes; the session takes its own reference.
    unsafe saved.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      guard let made = unsafe d2i_SSL_SESSION(nil, &start, buffer.count) else { return }
      unsafe _ = SSL_set_session(ssl, made)
      unsafe SSL_SESSION_free(made)
    }
    ErrorQueue.clear()
  }

  /// Whether the handshake is done.
  var isOpen: Bool {
    // SAFETY: the session is live.
    unsafe SSL_is_init_finished(ssl) == 1
  }

  /// How many steps OpenSSL took that moved no data.
  var controlSteps: Int {
    // SAFETY: `lent` lives as long as the session.
    unsafe lent.pointee.controlSteps
  }

  /// The protocol chosen by ALPN.
  var negotiatedProtocol: ApplicationProtocol? {
    var start: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    // SAFETY: the session lends the bytes, which are copied at once.
    unsafe SSL_get0_alpn_selected(ssl, &start, &count)
    guard count > 0 else { return nil }
    return unsafe ApplicationProtocol([UInt8](UnsafeBufferPointer(start: start, count: Int(count))))
  }

  /// OpenSSL's number of the protocol version.
  var version: Int32 {
    // SAFETY: the session is live.
    unsafe SSL_version(ssl)
  }

  /// The cipher suite's name.
  var cipher: String? {
    // SAFETY: the name is static; null when nothing has been agreed on.
    guard let cipher = unsafe SSL_get_current_cipher(ssl) else { return nil }
    return unsafe String(cString: SSL_CIPHER_get_name(cipher))
  }

  /// Whether the handshake continued an earlier session.
  var isResumed: Bool {
    // SAFETY: the session is live.
    unsafe SSL_session_reused(ssl) == 1
  }

  /// Why the peer's certificate was refused, in OpenSSL's words; nil if it was not.
  var verificationProblem: String? {
    // SAFETY: the session is live.
    let result = unsafe SSL_get_verify_result(ssl)
    guard result != Int(X509_V_OK) else { return nil }
    // SAFETY: the text is static.
    return unsafe String(cString: X509_verify_cert_error_string(result))
  }

  /// The certificate that the peer presented.
  var peerCertificate: CertificateSummary? {
    // SAFETY: the call makes a reference, which the value then owns.
    guard let certificate = unsafe SSL_get1_peer_certificate(ssl) else { return nil }
    return unsafe CertificateSummary(Certificate(owning: certificate))
  }

  /// The session in a form that another connection can continue; nil without a ticket.
  var resumption: [UInt8]? {
    // SAFETY: the session's own reference is borrowed until the end of this function.
    guard let session = unsafe SSL_get_session(ssl), unsafe SSL_SESSION_is_resumable(session) == 1
    else { return nil }
    let length = unsafe i2d_SSL_SESSION(session, nil)
    guard length > 0 else { return nil }
    return [UInt8](capacity: Int(length)) { output in
      // SAFETY: OpenSSL writes exactly the length that it announced.
      unsafe output.withUnsafeMutableBufferPointer { buffer, count in
        var end = buffer.baseAddress
        count = unsafe Int(i2d_SSL_SESSION(session, &end))
      }
    }
  }
}
