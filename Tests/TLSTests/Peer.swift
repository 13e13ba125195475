import TLS

/// One end of a connection in memory: a session and what it has produced.
final class Peer {
  private var session: TLSSession
  /// What the other end said.
  private(set) var plaintext: [UInt8] = []
  /// What the other end has not been given.
  private(set) var outgoing: [UInt8] = []
  /// Why the session died.
  private(set) var error: TLSError?

  init(_ session: consuming TLSSession) {
    self.session = session
  }

  // An expectation cannot look into a session, which has one owner: so what it knows stands here.
  var state: TLSSession.State { session.state }
  var negotiatedProtocol: ApplicationProtocol? { session.negotiatedProtocol }
  var version: TLSVersion? { session.version }
  var cipher: String? { session.cipher }
  var isResumed: Bool { session.isResumed }
  var peerCertificate: CertificateSummary? { session.peerCertificate }
  var resumption: [UInt8]? { session.resumption }

  func start() throws {
    try session.start(into: &outgoing)
  }

  func receive(_ ciphertext: [UInt8]) throws(TLSError) {
    do throws(TLSError) {
      try session.receive(ciphertext.span, plaintext: &plaintext, ciphertextOut: &outgoing)
    } catch {
      self.error = error
      throw error
    }
  }

  func send(_ bytes: [UInt8]) throws(TLSError) {
    try session.seal(bytes.span, into: &outgoing)
  }

  func renewKeys() throws(TLSError) {
    try session.renewKeys(into: &outgoing)
  }

  func close() {
    session.close(into: &outgoing)
  }

  func takeOutgoing() -> [UInt8] {
    defer { outgoing = [] }
    return outgoing
  }

  func takePlaintext() -> [UInt8] {
    defer { plaintext = [] }
    return plaintext
  }
}

/// A client and a server.
struct Pair {
  let client: Peer
  let server: Peer

  /// Carries bytes both ways, at most `chunk` at a time, until both are silent or dead.
  func converse(chunk: Int = .max) {
    while carry(from: client, to: server, chunk) || carry(from: server, to: client, chunk) {}
  }

  private func carry(from sender: Peer, to receiver: Peer, _ chunk: Int) -> Bool {
    let bytes = sender.takeOutgoing()
    var position = 0
    while position < bytes.count, receiver.error == nil {
      let end = position + min(chunk, bytes.count - position)
      // A refusal is kept by the receiver, and what it said last still has to be carried back.
      try? receiver.receive(Array(bytes[position..<end]))
      position = end
    }
    return !bytes.isEmpty
  }

  /// Whether both ends can send.
  var isOpen: Bool { client.state == .open && server.state == .open }
}
