import TLS
import Testing

@Suite("a development authority")
struct CertificateAuthorityTests {
  private let host = Fixture.machine

  @Test("makes leaves for this machine's names, valid for 397 days from a little ago")
  func makesLeaves() throws {
    let authority = CertificateAuthority(host: host, at: Fixture.now)
    let names = CertificateAuthority.developmentNames(host: host)
    let leaf = try authority.issue(for: .server(names), at: Fixture.now)
    let summary = try CertificateSummary(chain: leaf.chain)
    #expect(
      summary.alternativeNames == [
        "DNS:localhost", "DNS:*.localhost", "DNS:switchyard.test", "IP Address:127.0.0.1",
        "IP Address:0:0:0:0:0:0:0:1",
      ])
    #expect(summary.subject == "CN=Switchyard development server")
    #expect(summary.issuer == "CN=Switchyard development authority")
    #expect(summary.notBefore == Fixture.now - 3_600)
    #expect(summary.notAfter - summary.notBefore + 1 == 397 * 86_400)
    #expect(summary.daysLeft(at: Fixture.now) == 396)
    #expect(try summary.matches(key: leaf.key))
    #expect(try summary.matches(key: authority.key) == false)
  }

  @Test("never repeats a key or a certificate")
  func neverRepeats() throws {
    let authority = CertificateAuthority(host: nil, at: Fixture.now)
    let leaves = try (0..<10).map { _ in
      try authority.issue(for: .server([.localhost]), at: Fixture.now)
    }
    #expect(Set(leaves.map(\.key)).count == 10)
    #expect(Set(leaves.map(\.chain)).count == 10)
  }

  @Test("is kept as two texts and goes on making leaves")
  func isKept() throws {
    let first = CertificateAuthority(host: host, at: Fixture.now)
    let kept = try CertificateAuthority(certificate: first.certificate, key: first.key)
    let credentials = try kept.issue(for: .server([host]), at: Fixture.now)
    let client = try TLSContext.client(
      trust: .authorities(first.certificate), protocols: [.h2], maximum: .tls13, credentials: nil)
    let fixture = Fixture()
    let pair = try fixture.pair(client, fixture.server(credentials), host: host)
    pair.converse()
    #expect(pair.isOpen)
  }

  @Test("vouches for any address: BoringSSL reads no constraint on addresses")
  func vouchesForAddress() throws {
    let address = Fixture.host("192.168.1.5")
    let authority = CertificateAuthority(host: address, at: Fixture.now)
    let client = try TLSContext.client(
      trust: .authorities(authority.certificate), protocols: [.h2], maximum: .tls13,
      credentials: nil)
    let fixture = Fixture()
    for last in [5, 6] {
      let name = Fixture.host("192.168.1.\(last)")
      let server = try fixture.server(authority.issue(for: .server([name]), at: Fixture.now))
      let pair = try fixture.pair(client, server, host: name)
      pair.converse()
      #expect(pair.isOpen)
    }
  }

  @Test("vouches for an IPv6 address that it was made for")
  func vouchesForIPv6() throws {
    let address = Fixture.host("2001:db8::5")
    let authority = CertificateAuthority(host: address, at: Fixture.now)
    let client = try TLSContext.client(
      trust: .authorities(authority.certificate), protocols: [.h2], maximum: .tls13,
      credentials: nil)
    let fixture = Fixture()
    let server = try fixture.server(authority.issue(for: .server([address]), at: Fixture.now))
    let pair = try fixture.pair(client, server, host: address)
    pair.converse()
    #expect(pair.isOpen)
  }

  @Test("is not a leaf, another's key or no certificate")
  func refusesOthers() throws {
    let one = CertificateAuthority(host: nil, at: Fixture.now)
    let other = CertificateAuthority(host: nil, at: Fixture.now)
    let leaf = try one.issue(for: .server([.localhost]), at: Fixture.now)
    #expect(throws: CredentialError.keyMismatch) {
      try CertificateAuthority(certificate: one.certificate, key: other.key)
    }
    #expect(throws: CredentialError.notAnAuthority) {
      try CertificateAuthority(certificate: leaf.chain, key: leaf.key)
    }
    #expect(throws: CredentialError.missing(.chain)) {
      try CertificateAuthority(certificate: one.key, key: one.key)
    }
    #expect(throws: CredentialError.missing(.key)) {
      try CertificateAuthority(certificate: one.certificate, key: one.certificate)
    }
  }

  /// Names of clients, and what is wrong with them.
  @Test(
    "names clients in 1 to 64 characters",
    arguments: [
      ("", false), ("a", true), (String(repeating: "é", count: 64), true),
      (String(repeating: "a", count: 65), false), ("a\0b", true),
    ])
  func namesClients(_ name: String, _ isGood: Bool) {
    let authority = CertificateAuthority(host: nil, at: Fixture.now)
    let issue = { try authority.issue(for: .client(name: name), at: Fixture.now) }
    if isGood {
      #expect(throws: Never.self) { try issue() }
    } else {
      #expect(throws: CredentialError.nameLength(limit: 64)) { try issue() }
    }
  }

  @Test("vouches for no server without a name")
  func needsNames() {
    let authority = CertificateAuthority(host: nil, at: Fixture.now)
    #expect(throws: CredentialError.nothingToVouchFor) {
      try authority.issue(for: .server([]), at: Fixture.now)
    }
  }

  @Test("cannot make another authority, for its leaves are none")
  func endsWithLeaves() throws {
    let fixture = Fixture()
    let leaf = try fixture.authority.issue(for: .server([.localhost]), at: Fixture.now)
    #expect(throws: CredentialError.notAnAuthority) {
      try CertificateAuthority(certificate: leaf.chain, key: leaf.key)
    }
  }
}
