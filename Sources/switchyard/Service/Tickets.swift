import Contract
import Identity
import Wire

/// Gives tickets for streams to callers who have a token.
struct Tickets: Sendable {
  let book: TicketBook
  let wallClock: any WallClock

  static let methods: [Method<Tickets>] = [
    Method(
      inline: "switchyard.interface.v1.Interface/Ticket", .post, "/stream-tickets", zone: .root,
      summary: "Gives a ticket that opens one stream without a token, as `ticket` in its query.",
      permission: .read, status: 201,
      example: MethodExample(
        "{}",
        answer: """
          {"ticket":"tkt_c3dpdGNoeWFyZC10aWNrZXRzLWFyZS11c2VkLW9uY2U",\
          "expires_at":"2026-11-26T21:42:17.540Z"}
          """)
    ) { (tickets, _: NoInput, context) throws(Fault) -> StreamTicket in
      let seconds = TicketBook.lifetimeSeconds
      return StreamTicket(
        ticket: try tickets.book.issue(to: context.principal),
        expiresAt: Timestamp(milliseconds: tickets.wallClock.now.milliseconds + seconds * 1000))
    }.withoutKey()
  ]
}

/// A ticket; it is used up by the first stream that names it.
struct StreamTicket: Coded {
  let ticket: String
  let expiresAt: Timestamp
}
