/// Knows callers by their credentials; the pipeline asks, a domain of accounts answers.
package protocol Authenticator: Sendable {
  /// What is known of a bearer credential without waiting.
  func recognise(bearer: [UInt8]) -> Recognition
  /// The caller of a credential that was not in memory; nil when nobody has it.
  nonisolated(nonsending) func find(bearer: [UInt8]) async throws(Fault) -> Principal?
  /// Those of `credentials` that have ended since they opened something.
  nonisolated(nonsending) func ended(
    among credentials: Set<String>
  ) async throws(Fault) -> Set<String>
  /// The caller without a credential: nil where one is required.
  var withoutCredential: Principal? { get }
}

/// The outcome of a look in memory.
package enum Recognition: Sendable {
  /// The caller, whom nobody needs to ask about before that moment of the monotonic clock.
  case known(Principal, until: Int64)
  /// Not in memory: the store must be asked.
  case unknown
}

/// Takes tickets, which stand once for a caller who opens a stream without setting fields.
package protocol StreamTickets: Sendable {
  /// The caller whom the ticket was given to; nil when it was used, is too old, or is none.
  func redeem(_ ticket: String) -> Principal?
}
