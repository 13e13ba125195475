import TLS
import Testing

@Suite("the end of a session")
struct ClosingTests {
  @Test("is told to the peer, and nothing is sent after it", arguments: Fixture.both)
  func isTold(_ version: TLSVersion) throws {
    let pair = try Fixture.openPair(version)
    try pair.client.send([1])
    pair.client.close()
    #expect(pair.client.state == .closed)
    #expect(throws: TLSError.notOpen) { try pair.client.send([2]) }
    try pair.server.receive(pair.client.takeOutgoing())
    #expect(pair.server.plaintext == [1])
    #expect(pair.server.state == .closedByPeer)
  }

  @Test("of one direction leaves the other open")
  func leavesTheOtherOpen() throws {
    let pair = try Fixture.openPair()
    pair.client.close()
    try pair.server.receive(pair.client.takeOutgoing())
    try pair.server.send([7])
    pair.server.close()
    #expect(pair.server.state == .closed)
    #expect(!pair.server.outgoing.isEmpty)
  }

  @Test("makes what follows unheard")
  func ignoresWhatFollows() throws {
    let pair = try Fixture.openPair()
    pair.client.close()
    try pair.server.receive(pair.client.takeOutgoing() + pattern(100))
    try pair.server.receive(pattern(100))
    #expect(pair.server.plaintext.isEmpty)
    #expect(pair.server.state == .closedByPeer)
  }

  @Test("is told once")
  func isToldOnce() throws {
    let pair = try Fixture.openPair()
    pair.server.close()
    let notice = pair.server.takeOutgoing()
    pair.server.close()
    #expect(!notice.isEmpty)
    #expect(pair.server.outgoing.isEmpty)
  }

  @Test("before the handshake is silent")
  func isSilentBeforeTheHandshake() throws {
    let fixture = Fixture()
    let server = Peer(try fixture.server().accept(at: Fixture.now))
    #expect(throws: TLSError.notOpen) { try server.send([1]) }
    #expect(throws: TLSError.notOpen) { try server.renewKeys() }
    server.close()
    #expect(server.outgoing.isEmpty)
    #expect(server.state == .closed)
    try server.receive(ClientHello().record)
    #expect(server.outgoing.isEmpty)
  }

  @Test("by the peer before the handshake is the end of both directions")
  func endsBothBeforeTheHandshake() throws {
    let fixture = Fixture()
    let pair = try fixture.pair(fixture.client(maximum: .tls12), fixture.server())
    try pair.server.receive(pair.client.takeOutgoing())
    try pair.server.receive([21, 3, 3, 0, 2, 1, 0])
    #expect(pair.server.state == .closed)
    #expect(throws: TLSError.notOpen) { try pair.server.send([1]) }
  }

  @Test("does not follow from silence: bytes cut off are no notice")
  func isNotSilence() throws {
    let pair = try Fixture.openPair()
    pair.client.close()
    let notice = pair.client.takeOutgoing()
    try pair.server.receive(Array(notice.dropLast()))
    #expect(pair.server.state == .open)
  }
}
