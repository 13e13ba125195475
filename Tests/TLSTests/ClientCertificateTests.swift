import TLS
import Testing

@Suite("a client's certificate")
struct ClientCertificateTests {
  private let fixture = Fixture()

  private func pair(
    _ clients: (_ authorities: [UInt8]) -> TLSContext.ClientCertificates,
    _ credentials: Credentials?, _ version: TLSVersion
  ) throws -> Pair {
    let server = try fixture.server(clients: clients(fixture.authority.certificate))
    let client = try fixture.client(maximum: version, credentials: credentials)
    let pair = try fixture.pair(client, server)
    pair.converse()
    return pair
  }

  @Test("is known to the server", arguments: Fixture.both)
  func isKnown(_ version: TLSVersion) throws {
    let own = try fixture.authority.issue(for: .client(name: "alice"), at: Fixture.now)
    for rule in [TLSContext.ClientCertificates.optional, TLSContext.ClientCertificates.required] {
      let pair = try pair(rule, own, version)
      try #require(pair.isOpen)
      #expect(pair.server.peerCertificate?.subject == "CN=alice")
    }
  }

  @Test("is known after a resumption too", arguments: Fixture.both)
  func isKnownAfterResumption(_ version: TLSVersion) throws {
    let own = try fixture.authority.issue(for: .client(name: "alice"), at: Fixture.now)
    let server = try fixture.server(clients: .required(authorities: fixture.authority.certificate))
    let client = try fixture.client(maximum: version, credentials: own)
    let first = try fixture.pair(client, server)
    first.converse()
    let second = try fixture.pair(client, server, resuming: first.client.resumption)
    second.converse()
    #expect(second.server.isResumed)
    #expect(second.server.peerCertificate?.subject == "CN=alice")
  }

  @Test("may be missing where it is optional", arguments: Fixture.both)
  func mayBeMissing(_ version: TLSVersion) throws {
    let pair = try pair(TLSContext.ClientCertificates.optional, nil, version)
    #expect(pair.isOpen)
    #expect(pair.server.peerCertificate == nil)
  }

  @Test("must not be missing where it is required", arguments: Fixture.both)
  func mustNotBeMissing(_ version: TLSVersion) throws {
    let pair = try pair(TLSContext.ClientCertificates.required, nil, version)
    #expect(pair.server.error.isRefused)
    #expect(pair.client.error.isAlert)
  }

  @Test("of another authority, for servers or of another time is refused", arguments: Fixture.both)
  func isVerified(_ version: TLSVersion) throws {
    let bad = [
      try Fixture().authority.issue(for: .client(name: "alice"), at: Fixture.now),
      try fixture.credentials(),
      try fixture.authority.issue(for: .client(name: "alice"), at: Fixture.now - 500 * 86_400),
    ]
    for credentials in bad {
      let pair = try pair(TLSContext.ClientCertificates.optional, credentials, version)
      #expect(pair.server.error.isCertificateRefused)
      #expect(pair.client.error.isAlert)
    }
  }
}
