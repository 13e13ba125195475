import TLS
import Testing

@Suite("a handshake")
struct HandshakeTests {
  private let fixture = Fixture()

  @Test("agrees on the version, a cipher and h2, in pieces of any size", arguments: Fixture.both)
  func agrees(_ version: TLSVersion) throws {
    let server = try fixture.server()
    let client = try fixture.client(maximum: version)
    for chunk in [1, 2, 3, 4, 5, 6, 7, 16, 64, 255, 1_000, .max] {
      let pair = try fixture.pair(client, server)
      #expect(pair.server.version == nil)
      pair.converse(chunk: chunk)
      try #require(pair.isOpen, "in pieces of \(chunk)")
      for peer in [pair.client, pair.server] {
        #expect(peer.version == version)
        #expect(peer.negotiatedProtocol == .h2)
        #expect(!peer.isResumed)
        #expect(peer.plaintext.isEmpty)
      }
      let cipher = try #require(pair.server.cipher)
      #expect(cipher.contains("GCM") || cipher.contains("CHACHA20"))
      #expect(pair.server.peerCertificate == nil)
      #expect(pair.client.peerCertificate == server.certificate)
    }
  }

  @Test("carries the client's first request in the same bytes as its end")
  func carriesEarlyRequest() throws {
    let pair = try fixture.pair(fixture.client(), fixture.server())
    try pair.server.receive(pair.client.takeOutgoing())
    try pair.client.receive(pair.server.takeOutgoing())
    try pair.client.send(Array("hello".utf8))
    try pair.server.receive(pair.client.takeOutgoing())
    #expect(pair.server.plaintext == Array("hello".utf8))
    #expect(pair.server.state == .open)
  }

  /// Hosts that a certificate for the development names is good for, or not.
  @Test(
    "is refused by a client that wanted another host",
    arguments: [
      ("localhost", true), ("switchyard.test", true), ("127.0.0.1", true), ("::1", true),
      ("a.b.localhost", false), ("example.com", false), ("127.0.0.2", false),
      ("localhost.example.com", false), ("api.switchyard.test", false), ("::2", false),
    ])
  func checksHost(_ text: String, _ isGood: Bool) throws {
    let host = try #require(HostName(text))
    let pair = try fixture.pair(fixture.client(), fixture.server(), host: host)
    pair.converse()
    #expect(pair.isOpen == isGood)
    guard !isGood else { return }
    #expect(pair.client.error.isCertificateRefused)
    #expect(pair.server.error.isAlert)
  }

  @Test("is refused by a client that trusts another authority")
  func checksAuthority() throws {
    let pair = try fixture.pair(Fixture().client(), fixture.server())
    pair.converse()
    #expect(pair.client.error.isCertificateRefused)
    #expect(pair.server.error.isAlert)
  }

  /// Moments, in seconds after the certificate was made, at which it is valid or not.
  @Test(
    "is refused when the certificate is not valid yet or any more",
    arguments: [
      (-3_601, false), (-3_600, true), (0, true), (397 * 86_400 - 3_602, true),
      (397 * 86_400 - 3_600, false), (500 * 86_400, false),
    ] as [(Int64, Bool)])
  func checksValidity(_ offset: Int64, _ isGood: Bool) throws {
    let server = try fixture.server()
    let pair = try fixture.pair(fixture.client(), server, at: Fixture.now + offset)
    pair.converse()
    #expect(pair.isOpen == isGood)
    #expect(server.certificate?.isValid(at: Fixture.now + offset) == isGood)
    #expect(pair.client.error.isCertificateRefused == !isGood)
  }

  @Test(
    "is good for every name that the authority may vouch for",
    arguments: ["api.localhost", "a.b.localhost", "127.9.8.7", "10.0.0.1", "x.switchyard.test"])
  func followsNameConstraints(_ text: String) throws {
    let host = try #require(HostName(text))
    let credentials = try fixture.credentials([host])
    let pair = try fixture.pair(fixture.client(), fixture.server(credentials), host: host)
    pair.converse()
    #expect(pair.isOpen)
  }

  @Test(
    "is refused when the authority may not vouch for the name, though it signed it",
    arguments: ["example.com", "localhost.example.com", "xlocalhost"])
  func checksNameConstraints(_ text: String) throws {
    let host = try #require(HostName(text))
    let credentials = try fixture.credentials([host])
    let pair = try fixture.pair(fixture.client(), fixture.server(credentials), host: host)
    pair.converse()
    #expect(pair.client.error == .certificateRefused("permitted subtree violation"))
  }

  @Test("is refused when one of several names is beyond the authority's")
  func checksAllNames() throws {
    let credentials = try fixture.credentials([.localhost, Fixture.host("example.com")])
    let pair = try fixture.pair(fixture.client(), fixture.server(credentials))
    pair.converse()
    #expect(pair.client.error == .certificateRefused("permitted subtree violation"))
  }

  @Test("a session made before a new certificate keeps its own")
  func keepsItsContext() throws {
    var pair: Pair?
    do {
      let server = try fixture.server()
      pair = try fixture.pair(fixture.client(), server)
    }
    let open = try #require(pair)
    open.converse()
    #expect(open.isOpen)
  }
}

extension TLSError? {
  /// Whether a certificate was refused.
  var isCertificateRefused: Bool {
    if case .certificateRefused = self { true } else { false }
  }

  /// Whether the peer sent a fatal alert.
  var isAlert: Bool {
    if case .alerted = self { true } else { false }
  }

  /// Whether the bytes were refused as TLS.
  var isRefused: Bool {
    if case .refused = self { true } else { false }
  }
}
