private import Synchronization

/// What all TLS sessions of one configuration share: certificate, key, trust and rules.
///
/// It never changes. To serve another certificate, make another context and let new connections use
/// it: a session keeps its own as long as it lives.
package final class TLSContext: Sendable {
  /// Whether a server asks its clients for certificates.
  package enum ClientCertificates: Hashable, Sendable {
    /// It does not ask.
    case notAsked
    /// It asks and accepts clients that have none; one that is presented must be valid.
    case optional(authorities: [UInt8])
    /// It refuses clients that have none.
    case required(authorities: [UInt8])
  }

  /// Whom a client believes.
  package enum Trust: Hashable, Sendable {
    /// The authorities in a PEM text, and nobody else.
    case authorities([UInt8])
    /// The authorities that the system trusts.
    case system
  }

  /// The certificate that peers are shown; the caller judges whether it is still valid.
  package let certificate: CertificateSummary?
  /// Which end its sessions are.
  let side: Side
  /// The keys of a server's session tickets.
  let ticketKeys: TicketKeys?
  private let handle: Mutex<SSLContextHandle>

  private init(
    _ handle: consuming sending SSLContextHandle, side: Side, certificate: CertificateSummary?,
    ticketKeys: TicketKeys?
  ) {
    self.handle = Mutex(handle)
    self.side = side
    self.certificate = certificate
    self.ticketKeys = ticketKeys
  }

  /// A server's context, which refuses clients that offer protocols but not `h2` or `http/1.1`.
  package static func server(
    _ credentials: Credentials, clients: ClientCertificates, ticketKeys: TicketKeys
  ) throws(CredentialError) -> TLSContext {
    let handle = SSLContextHandle(side: .server)
    try present(credentials, on: handle)
    switch clients {
    case .notAsked: handle.setResumptionScope([0])
    case .optional(let authorities):
      try trust(authorities, on: handle, announced: true)
      handle.verifyPeers(required: false)
      handle.setResumptionScope(sha256([1] + authorities))
    case .required(let authorities):
      try trust(authorities, on: handle, announced: true)
      handle.verifyPeers(required: true)
      handle.setResumptionScope(sha256([2] + authorities))
    }
    let certificate = try CertificateSummary(chain: credentials.chain)
    return TLSContext(handle, side: .server, certificate: certificate, ticketKeys: ticketKeys)
  }

  /// A client's context, which speaks to hosts whose certificate it can verify.
  package static func client(
    trust: Trust, protocols: [ApplicationProtocol], maximum: TLSVersion,
    credentials: Credentials?
  ) throws(CredentialError) -> TLSContext {
    let handle = SSLContextHandle(side: .client)
    handle.verifyPeers(required: true)
    handle.offer(protocols)
    handle.setMaximum(maximum)
    switch trust {
    case .authorities(let pem): try Self.trust(pem, on: handle, announced: false)
    case .system: try refused(.authorities) { () throws(OpenSSLReason) in try handle.trustSystem() }
    }
    var certificate: CertificateSummary?
    if let credentials {
      try present(credentials, on: handle)
      certificate = try CertificateSummary(chain: credentials.chain)
    }
    return TLSContext(handle, side: .client, certificate: certificate, ticketKeys: nil)
  }

  /// A session with a client that has connected; its certificate is judged as of `unixSeconds`, and
  /// so is the age of the key that seals its ticket.
  package func accept(at unixSeconds: Int64) -> TLSSession {
    precondition(side == .server, "a client's context accepts nobody")
    ticketKeys?.rotate(at: unixSeconds)
    let session = makeSession()
    session.verify(at: unixSeconds)
    return TLSSession(session)
  }

  /// A session with a server; its certificate must name `host` and is judged as of `unixSeconds`.
  package func connect(
    to host: HostName, at unixSeconds: Int64, resuming: [UInt8]?
  ) -> TLSSession {
    precondition(side == .client, "a server's context connects to nobody")
    let session = makeSession()
    session.verify(at: unixSeconds)
    session.expect(host)
    if let resuming { session.resume(resuming) }
    return TLSSession(session)
  }

  private func makeSession() -> SSLHandle {
    handle.withLock { $0.makeSession(of: self) }
  }

  private static func present(
    _ credentials: Credentials, on handle: borrowing SSLContextHandle
  ) throws(CredentialError) {
    let key = try PrivateKey(pem: credentials.key)
    let summary = try CertificateSummary(chain: credentials.chain)
    guard try summary.matches(key: credentials.key) else { throw .keyMismatch }
    try Certificate.forEach(in: .chain, credentials.chain) {
      certificate, position throws(CredentialError) in
      try refused(.chain) { () throws(OpenSSLReason) in
        if position == 0 {
          try handle.present(leaf: certificate, key: key)
        } else {
          try handle.present(intermediate: certificate)
        }
      }
    }
  }

  private static func trust(
    _ authorities: [UInt8], on handle: borrowing SSLContextHandle, announced: Bool
  ) throws(CredentialError) {
    try Certificate.forEach(in: .authorities, authorities) {
      authority, _ throws(CredentialError) in
      try refused(.authorities) { () throws(OpenSSLReason) in
        try handle.trust(authority, announced: announced)
      }
    }
  }

  private static func refused(
    _ file: CredentialFile, _ use: () throws(OpenSSLReason) -> Void
  ) throws(CredentialError) {
    do throws(OpenSSLReason) {
      try use()
    } catch {
      throw .refused(file, error)
    }
  }
}
