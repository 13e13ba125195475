import TLS
import Testing

/// What a client sends instead of a handshake that we accept, and the alert that answers it.
struct HostileRow: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let bytes: [UInt8]
  let alert: UInt8

  init(_ name: String, _ bytes: [UInt8], alert: UInt8) {
    testDescription = name
    self.bytes = bytes
    self.alert = alert
  }
}

@Suite("a hostile handshake")
struct HostileHandshakeTests {
  private let fixture = Fixture()

  // Alerts are those of RFC 8446 §6: 10 unexpected message, 22 record overflow, 40 handshake
  // failure, 50 decode error, 70 protocol version, 86 inappropriate fallback.
  // swift-format-ignore
  static let rows = [
    HostileRow("TLS 1.0",              ClientHello(version: 0x0301).record, alert: 70),
    HostileRow("TLS 1.1",              ClientHello(version: 0x0302).record, alert: 70),
    HostileRow("only CBC",             ClientHello(ciphers: [0xc009, 0xc023, 0x002f]).record, alert: 40),
    HostileRow("no forward secrecy",   ClientHello(ciphers: [0x009c, 0x009d]).record, alert: 40),
    HostileRow("only finite fields",   ClientHello(ciphers: [0x009e, 0xccaa]).record, alert: 40),
    HostileRow("anonymous",            ClientHello(ciphers: [0xc018, 0x00a6]).record, alert: 40),
    HostileRow("pre-shared key",       ClientHello(ciphers: [0xccac, 0x00a8]).record, alert: 40),
    HostileRow("downgraded on the way", ClientHello(ciphers: [0xc02b, 0x5600]).record, alert: 86),
    HostileRow("record too long",      [22, 3, 1, 0xff, 0xff] + pattern(64), alert: 22),
    HostileRow("data before the handshake", [23, 3, 3, 0, 3, 1, 2, 3], alert: 10),
    HostileRow("hello cut inside",     [22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3], alert: 50),
  ]

  @Test("is refused and answered with its alert", arguments: rows)
  func isRefused(_ row: HostileRow) throws {
    let server = Peer(try fixture.server().accept(at: Fixture.now))
    #expect(throws: TLSError.self) { try server.receive(row.bytes) }
    #expect(server.error.isRefused)
    #expect(server.plaintext.isEmpty)
    let answer = server.takeOutgoing()
    #expect(answer.first == 21)
    #expect(answer.last == row.alert)
  }

  @Test(
    "of bytes that are no TLS is refused",
    arguments: [
      Array("GET / HTTP/1.1\r\n\r\n".utf8), Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
      [UInt8](repeating: 0, count: 64), [UInt8](repeating: 255, count: 64),
      [0x80, 0x2e, 1, 3, 1] + pattern(60),
    ])
  func refusesGarbage(_ bytes: [UInt8]) throws {
    let server = Peer(try fixture.server().accept(at: Fixture.now))
    #expect(throws: TLSError.self) { try server.receive(bytes) }
    #expect(server.plaintext.isEmpty)
    #expect(throws: TLSError.self) { try server.receive(ClientHello().record) }
    #expect(throws: TLSError.self) { try server.send([1]) }
  }

  @Test("waits for the rest wherever it is cut")
  func waits() throws {
    let record = ClientHello().record
    let context = try fixture.server()
    for count in 0..<record.count {
      let server = Peer(context.accept(at: Fixture.now))
      try server.receive(Array(record[..<count]))
      #expect(server.state == .handshaking)
      #expect(server.outgoing.isEmpty)
      try server.receive(Array(record[count...]))
      #expect(!server.outgoing.isEmpty)
    }
  }

  @Test("never gets past a changed byte in any message of either side", arguments: Fixture.both)
  func noticesChanges(_ version: TLSVersion) throws {
    let server = try fixture.server()
    let client = try fixture.client(maximum: version)
    var position = 0
    while true {
      let pair = try fixture.pair(client, server)
      var change = Change(at: position)
      try? pair.server.receive(change.applied(to: pair.client.takeOutgoing()))
      try? pair.client.receive(change.applied(to: pair.server.takeOutgoing()))
      try? pair.server.receive(change.applied(to: pair.client.takeOutgoing()))
      // In TLS 1.3 the fourth flight is a ticket, which belongs to the handshake no more.
      if version == .tls12 {
        try? pair.client.receive(change.applied(to: pair.server.takeOutgoing()))
      }
      guard position < change.carried else { break }
      #expect(!pair.isOpen || change.hitVersion, "byte \(position) of \(change.carried)")
      position += 7
    }
    #expect(position > 700)
  }

  /// One bit of a conversation that is changed on the way.
  private struct Change {
    let position: Int
    private(set) var carried = 0
    /// Whether the bit was in a record's version, which is to be ignored (RFC 8446 §5.1).
    private(set) var hitVersion = false

    init(at position: Int) {
      self.position = position
    }

    mutating func applied(to flight: [UInt8]) -> [UInt8] {
      var bytes = flight
      let offset = position - carried
      carried += bytes.count
      guard bytes.indices.contains(offset) else { return bytes }
      var start = 0
      while start + 5 <= bytes.count, start + 5 <= offset {
        let end = start + 5 + (Int(bytes[start + 3]) << 8 | Int(bytes[start + 4]))
        guard end <= offset else { break }
        start = end
      }
      hitVersion = offset == start + 1 || offset == start + 2
      bytes[offset] ^= 0x10
      return bytes
    }
  }

  @Test("ends at its limit of bytes, and not before")
  func isBounded() throws {
    let server = Peer(try fixture.server().accept(at: Fixture.now))
    // A handshake message of 130,000 bytes in records that never end it.
    let piece = [UInt8](repeating: 0, count: 8_187)
    let fragment: (Int) -> [UInt8] = { position in
      [22, 3, 1, 0x1f, 0xff] + (position == 0 ? [1, 1, 0xfb, 0xd0] : [0, 0, 0, 0]) + piece
    }
    for position in 0..<7 { try server.receive(fragment(position)) }
    try server.receive(Array(fragment(7).prefix(TLSSession.handshakeMax - 7 * 8_196)))
    #expect(server.state == .handshaking)
    #expect(throws: TLSError.handshakeTooLong(limit: 65_536)) { try server.receive([0]) }
    #expect(server.outgoing.isEmpty)
  }
}
