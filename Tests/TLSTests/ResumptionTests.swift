import TLS
import Testing

@Suite("a session ticket")
struct ResumptionTests {
  private let fixture = Fixture()

  /// What a client keeps of a first connection.
  private func ticket(_ client: TLSContext, _ server: TLSContext) throws -> [UInt8] {
    let pair = try fixture.pair(client, server)
    pair.converse()
    try #require(pair.isOpen)
    return try #require(pair.client.resumption)
  }

  private func resumes(
    _ client: TLSContext, _ server: TLSContext, _ ticket: [UInt8], at moment: Int64 = Fixture.now
  ) throws -> Bool {
    let pair = try fixture.pair(client, server, at: moment, resuming: ticket)
    pair.converse()
    try #require(pair.isOpen)
    #expect(pair.client.isResumed == pair.server.isResumed)
    #expect(pair.server.negotiatedProtocol == .h2)
    return pair.server.isResumed
  }

  @Test("continues the session, again and again", arguments: Fixture.both)
  func continues(_ version: TLSVersion) throws {
    let client = try fixture.client(maximum: version)
    let server = try fixture.server()
    let first = try ticket(client, server)
    for _ in 0..<3 { #expect(try resumes(client, server, first)) }
  }

  @Test("continues on another context with another certificate", arguments: Fixture.both)
  func continuesElsewhere(_ version: TLSVersion) throws {
    let client = try fixture.client(maximum: version)
    let first = try ticket(client, fixture.server())
    #expect(try resumes(client, fixture.server(), first))
  }

  /// Periods after the ticket was made in which somebody connected; in the last one, its owner.
  @Test(
    "outlives one new key and not two", arguments: Fixture.both,
    [([0], true), ([1], true), ([1, 2], false), ([2], false), ([0, 1], true)] as [([Int64], Bool)])
  func outlivesOneKey(_ version: TLSVersion, _ row: (periods: [Int64], isResumed: Bool)) throws {
    let client = try fixture.client(maximum: version)
    let server = try fixture.server()
    let first = try ticket(client, server)
    let moments = row.periods.map { Fixture.now + $0 * TicketKeys.period }
    for moment in moments { _ = server.accept(at: moment) }
    let last = moments.last ?? Fixture.now
    #expect(try resumes(client, server, first, at: last) == row.isResumed)
  }

  @Test("is renewed under the new key", arguments: Fixture.both)
  func isRenewed(_ version: TLSVersion) throws {
    let client = try fixture.client(maximum: version)
    let server = try fixture.server()
    let first = try ticket(client, server)
    let next = Fixture.now + TicketKeys.period
    let pair = try fixture.pair(client, server, at: next, resuming: first)
    pair.converse()
    let second = try #require(pair.client.resumption)
    let last = next + TicketKeys.period
    #expect(try resumes(client, server, second, at: last))
    #expect(try resumes(client, server, first, at: last) == false)
  }

  @Test("keeps its key until the period is over")
  func keepsItsKey() throws {
    let client = try fixture.client()
    let server = try fixture.server()
    let first = try ticket(client, server)
    for offset in [0, 1, TicketKeys.period - 1, 1 - TicketKeys.period, 5] {
      _ = server.accept(at: Fixture.now + offset)
    }
    #expect(try resumes(client, server, first))
  }

  @Test("loses its key when the clock leaps", arguments: [Int64.min, -1, 0, .max])
  func losesItsKey(_ moment: Int64) throws {
    let client = try fixture.client()
    let server = try fixture.server()
    let first = try ticket(client, server)
    _ = server.accept(at: moment)
    #expect(try resumes(client, server, first) == false)
  }

  @Test("of another process is of no use, and does no harm", arguments: Fixture.both)
  func isOfNoUseElsewhere(_ version: TLSVersion) throws {
    let client = try fixture.client(maximum: version)
    let credentials = try fixture.credentials()
    let elsewhere = try TLSContext.server(
      credentials, clients: .notAsked, ticketKeys: TicketKeys(at: Fixture.now))
    let first = try ticket(client, elsewhere)
    #expect(try resumes(client, fixture.server(), first) == false)
  }

  @Test("that cannot be read is left out", arguments: [[], [0], pattern(500)] as [[UInt8]])
  func isLeftOut(_ saved: [UInt8]) throws {
    #expect(try resumes(fixture.client(), fixture.server(), saved) == false)
  }

  @Test("does not carry a client past a rule for certificates", arguments: Fixture.both)
  func keepsRules(_ version: TLSVersion) throws {
    let client = try fixture.client(maximum: version)
    let first = try ticket(client, fixture.server())
    let strict = try fixture.server(clients: .required(authorities: fixture.authority.certificate))
    let pair = try fixture.pair(client, strict, resuming: first)
    pair.converse()
    #expect(pair.server.error.isRefused)
  }
}
