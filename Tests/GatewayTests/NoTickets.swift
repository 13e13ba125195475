import Contract

/// No ticket is good.
struct NoTickets: StreamTickets {
  func redeem(_ ticket: String) -> Principal? { nil }
}
