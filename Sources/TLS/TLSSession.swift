/// One end of one TLS connection, client or server: ciphertext in, plaintext out, and back.
///
/// It has no socket, no clock and no buffer for the network: bytes are lent by the caller, call by
/// call, and results are appended to the caller's arrays. It stays on the thread that made it.
package struct TLSSession: ~Copyable {
  /// Where the life of a session stands.
  package enum State: Hashable, Sendable {
    /// The peers have not agreed yet.
    case handshaking
    /// Data flows both ways.
    case open
    /// The peer said that it sends nothing more; what we still seal is sent.
    case closedByPeer
    /// We said that we send nothing more.
    case closed
    /// The session is dead, for this reason.
    case failed(TLSError)
  }

  /// The most plaintext that one record carries, in bytes (RFC 8446 §5.1).
  package static let recordMax = 16_384
  /// The most that a peer may send without finishing the handshake, in bytes.
  ///
  /// A client's chain of certificates is the largest honest part of a handshake, some 10 KiB.
  package static let handshakeMax = 65_536
  /// The most steps without data that a peer may cause after the handshake; a key update is a few.
  package static let controlStepsMax = 4_096
  /// The records after which our key is renewed; AES-GCM is safe for 2^24.5 (RFC 8446 §5.5).
  package static let recordsPerKey = 1 << 23

  /// Where the session stands.
  package private(set) var state = State.handshaking

  private var handle: SSLHandle
  private var handshakeBytes = 0
  private var handshakeSteps = 0
  private var recordsWithKey = 0

  init(_ handle: consuming SSLHandle) {
    self.handle = handle
  }

  /// Appends the first bytes for the peer; a client calls it once, before anything has arrived.
  package mutating func start(into ciphertextOut: inout [UInt8]) throws(TLSError) {
    var plaintext: [UInt8] = []
    try receive(Span(), plaintext: &plaintext, ciphertextOut: &ciphertextOut)
  }

  /// Takes all the ciphertext given; appends what it says to `plaintext` and what the peer must
  /// get to `ciphertextOut`, also when it throws.
  ///
  /// Part of a record is kept until the rest comes. Bytes after the end of a session are ignored.
  package mutating func receive(
    _ ciphertext: Span<UInt8>, plaintext: inout [UInt8], ciphertextOut: inout [UInt8]
  ) throws(TLSError) {
    switch state {
    case .handshaking:
      guard handshakeBytes < Self.handshakeMax else {
        throw fail(.handshakeTooLong(limit: Self.handshakeMax))
      }
      handshakeBytes += ciphertext.count
    case .open: break
    case .closedByPeer, .closed: return
    case .failed(let error): throw error
    }
    let outcome = handle.read(ciphertext, plaintext: &plaintext, output: &ciphertextOut)
    if state == .handshaking, handle.isOpen {
      state = .open
      handshakeSteps = handle.controlSteps
    }
    switch outcome {
    case .starved: break
    // Who leaves before the handshake is done has nobody to speak to either.
    case .closedByPeer: state = state == .handshaking ? .closed : .closedByPeer
    case .failed(let reason):
      throw fail(TLSError(reason, verificationProblem: handle.verificationProblem))
    }
    guard handle.controlSteps - handshakeSteps <= Self.controlStepsMax else {
      throw fail(.tooManyControlSteps(limit: Self.controlStepsMax))
    }
  }

  /// Encrypts plaintext and appends what the peer must get.
  package mutating func seal(
    _ plaintext: Span<UInt8>, into ciphertextOut: inout [UInt8]
  ) throws(TLSError) {
    switch state {
    case .open, .closedByPeer: break
    case .handshaking, .closed: throw .notOpen
    case .failed(let error): throw error
    }
    recordsWithKey += plaintext.count / Self.recordMax + 1
    if recordsWithKey > Self.recordsPerKey { try renewKeys(into: &ciphertextOut) }
    do throws(OpenSSLReason) {
      try handle.write(plaintext, output: &ciphertextOut)
    } catch {
      throw fail(TLSError(error, verificationProblem: nil))
    }
  }

  /// Appends the announcement that we use a new key and want a new one; `seal` does it in time.
  ///
  /// TLS 1.2 knows no such thing: nothing happens.
  package mutating func renewKeys(into ciphertextOut: inout [UInt8]) throws(TLSError) {
    guard state == .open || state == .closedByPeer else { throw .notOpen }
    recordsWithKey = 0
    guard TLSVersion(handle.version) == .tls13 else { return }
    do throws(OpenSSLReason) {
      try handle.renewKeys(output: &ciphertextOut)
    } catch {
      throw fail(TLSError(error, verificationProblem: nil))
    }
  }

  /// Appends the notice that we send nothing more (RFC 8446 §6.1); does nothing on a dead session.
  package mutating func close(into ciphertextOut: inout [UInt8]) {
    switch state {
    case .open, .closedByPeer: handle.shutDown(output: &ciphertextOut)
    case .handshaking: break
    case .closed, .failed: return
    }
    state = .closed
  }

  private mutating func fail(_ error: TLSError) -> TLSError {
    state = .failed(error)
    return error
  }
}

extension TLSSession {
  /// The protocol that ALPN agreed on; nil if the peer does not speak ALPN.
  package var negotiatedProtocol: ApplicationProtocol? { handle.negotiatedProtocol }

  /// The version of TLS; nil before the peers have agreed on one.
  package var version: TLSVersion? { cipher == nil ? nil : TLSVersion(handle.version) }

  /// The name of the cipher suite; nil before the peers have agreed on one.
  package var cipher: String? { handle.cipher }

  /// Whether the handshake continued an earlier session.
  package var isResumed: Bool { handle.isResumed }

  /// The peer's certificate; nil if it presented none.
  package var peerCertificate: CertificateSummary? { handle.peerCertificate }

  /// What a later connection needs to continue this session; nil until a ticket has come.
  ///
  /// It holds the session's secret.
  package var resumption: [UInt8]? { handle.resumption }
}
