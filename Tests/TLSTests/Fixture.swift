import TLS

/// What the tests of TLS share: one moment, authorities and the contexts made with them.
struct Fixture {
  /// The moment at which everything happens, in Unix seconds.
  static let now: Int64 = 1_800_000_000
  static let machine = host("switchyard.test")
  static let both: [TLSVersion] = [.tls12, .tls13]

  /// The host that a text of these tests names.
  static func host(_ text: String) -> HostName {
    guard let host = HostName(text) else { preconditionFailure("\(text) names no host") }
    return host
  }

  let authority = CertificateAuthority(host: Fixture.machine, at: now)
  let ticketKeys = TicketKeys(at: now)

  func credentials(
    _ names: [HostName] = CertificateAuthority.developmentNames(host: Fixture.machine),
    at moment: Int64 = now
  ) throws(CredentialError) -> Credentials {
    try authority.issue(for: .server(names), at: moment)
  }

  func server(
    _ credentials: Credentials? = nil, clients: TLSContext.ClientCertificates = .notAsked
  ) throws(CredentialError) -> TLSContext {
    guard let credentials else { return try server(self.credentials(), clients: clients) }
    return try TLSContext.server(credentials, clients: clients, ticketKeys: ticketKeys)
  }

  func client(
    protocols: [ApplicationProtocol] = [.h2], maximum: TLSVersion = .tls13,
    credentials: Credentials? = nil
  ) throws(CredentialError) -> TLSContext {
    try TLSContext.client(
      trust: .authorities(authority.certificate), protocols: protocols, maximum: maximum,
      credentials: credentials)
  }

  /// A client that has said its first word to a server.
  func pair(
    _ client: TLSContext, _ server: TLSContext, host: HostName = .localhost, at moment: Int64 = now,
    resuming: [UInt8]? = nil
  ) throws -> Pair {
    let pair = Pair(
      client: Peer(client.connect(to: host, at: moment, resuming: resuming)),
      server: Peer(server.accept(at: moment)))
    try pair.client.start()
    return pair
  }

  /// A client and a server that have finished their handshake.
  static func openPair(_ version: TLSVersion = .tls13) throws -> Pair {
    let fixture = Fixture()
    let pair = try fixture.pair(fixture.client(maximum: version), fixture.server())
    pair.converse()
    return pair
  }
}

/// As many bytes as asked for, no two neighbours alike.
func pattern(_ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
}
