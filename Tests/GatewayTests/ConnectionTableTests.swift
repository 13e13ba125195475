import Contract
import TLS
import Testing

@testable import Gateway

@Suite struct ConnectionTableTests {
  /// Makes connections whose peers never come.
  private struct Maker {
    let context: TLSContext

    init() throws {
      let now: Int64 = 1_770_878_341
      let leaf = try CertificateAuthority(host: nil, at: now).issue(
        for: .server([.localhost]), at: now)
      context = try TLSContext.server(
        leaf, clients: .notAsked, ticketKeys: TicketKeys(at: now))
    }

    func connection(_ token: ConnectionToken) throws -> Connection {
      Connection(
        descriptor: try Linux.makeEventCounter(), token: token, network: .version4(1),
        tls: context.accept(at: 1_770_878_341), now: 0)
    }
  }

  @Test("a token finds its own connection and never a later one in its place")
  func staleTokens() throws {
    let maker = try Maker()
    var table = ConnectionTable()
    let first = table.reserve()
    table.insert(try maker.connection(first))
    let second = table.reserve()
    table.insert(try maker.connection(second))
    #expect(table.count == 2 && table.all.count == 2 && first != second)
    #expect(table[first]?.token == first && table[second]?.token == second)
    table.remove(first)
    #expect(table[first] == nil && table.count == 1)
    let third = table.reserve()
    #expect(third.index == first.index && third.generation == first.generation + 1)
    #expect(table[third] == nil)
    table.insert(try maker.connection(third))
    #expect(table[first] == nil && table[third]?.token == third)
    table.remove(first)
    #expect(table.count == 2)
  }

  @Test("a token that was never given finds nothing")
  func foreignTokens() {
    var table = ConnectionTable()
    #expect(table[ConnectionToken(index: 0, generation: 0)] == nil)
    table.remove(ConnectionToken(index: 7, generation: 0))
    #expect(table.count == 0 && table.all.isEmpty)
  }

  @Test("a token goes through the kernel's 64 bits and back")
  func tokenBits() {
    let places: [(UInt32, UInt32)] = [(0, 0), (1, 0), (0, 1), (.max, 5), (5, .max)]
    for (index, generation) in places {
      let token = ConnectionToken(index: index, generation: generation)
      #expect(ConnectionToken(bits: token.bits) == token)
    }
  }
}
