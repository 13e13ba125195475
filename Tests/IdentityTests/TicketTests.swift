import Contract
import Testing

@testable import Identity

@Suite("Tickets for streams") struct TicketTests {
  private static let caller = Principal(kind: .token, id: "tok_1", permissions: [.read])

  @Test("a ticket is good once, for the caller whom it was given to")
  func once() throws {
    let book = TicketBook(clock: HandClock())
    let tickets = try (0..<3).map { _ in try book.issue(to: Self.caller) }
    #expect(Set(tickets).count == 3)
    for ticket in tickets {
      #expect(ticket.hasPrefix("tkt_") && ticket.utf8.count == 47)
      #expect(book.redeem(ticket) === Self.caller)
      #expect(book.redeem(ticket) == nil)
    }
  }

  @Test("a ticket is good for a minute")
  func expires() throws {
    let clock = HandClock()
    let book = TicketBook(clock: clock)
    let early = try book.issue(to: Self.caller)
    let late = try book.issue(to: Self.caller)
    clock.advance(nanoseconds: 59_999_000_000)
    #expect(book.redeem(early) != nil)
    clock.advance(nanoseconds: 1_000_000)
    #expect(book.redeem(late) == nil)
  }

  @Test(
    "what is no ticket is nobody's",
    arguments: ["", "tkt_", "sy_x", String(repeating: "t", count: 10_000)])
  func unknown(_ text: String) {
    #expect(TicketBook(clock: HandClock()).redeem(text) == nil)
  }

  @Test("tickets that nobody uses are bounded, and old ones make room")
  func bounded() throws {
    let clock = HandClock()
    let book = TicketBook(clock: clock)
    for number in 0..<10_000 {
      let caller = Principal(kind: .token, id: "tok_\(number / 32)", permissions: [.read])
      _ = try book.issue(to: caller)
    }
    let fault = #expect(throws: Fault.self) { try book.issue(to: Self.caller) }
    #expect(fault?.code == .throttled)
    clock.advance(nanoseconds: 60_000_000_000)
    #expect(book.redeem(try book.issue(to: Self.caller)) != nil)
  }

  @Test("one caller has so many tickets, and takes none from others")
  func boundedForEach() throws {
    let book = TicketBook(clock: HandClock())
    let other = try book.issue(
      to: Principal(kind: .token, id: "tok_2", permissions: [.read]))
    let tickets = try (0..<20_000).map { _ in try book.issue(to: Self.caller) }
    #expect(book.redeem(other) != nil)
    #expect(
      tickets.suffix(33).map { book.redeem($0) != nil } == [false]
        + [Bool](repeating: true, count: 32))
  }
}
