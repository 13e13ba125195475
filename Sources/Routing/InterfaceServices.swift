package import Contract

/// Says whether the server is ready; it stays with its caller's executor.
package typealias Readiness = nonisolated(nonsending) @Sendable () async -> Bool

/// What the pipeline asks of the rest of the process.
package struct InterfaceServices: Sendable {
  package let authenticator: any Authenticator
  package let tickets: any StreamTickets
  package let identifiers: any IdentifierSource
  /// The time that rates are measured in.
  package let clock: any MonotonicClock
  /// Whether the server is ready for requests.
  package let isReady: Readiness
  /// Where refusals of callers are noted.
  package let refusals: RefusalBook
  /// SHA-256, for the fingerprints of requests with an idempotency key.
  package let digest: @Sendable ([UInt8]) -> [UInt8]

  package init(
    authenticator: any Authenticator, tickets: any StreamTickets, identifiers: any IdentifierSource,
    clock: any MonotonicClock,
    isReady: @escaping Readiness, refusals: RefusalBook = RefusalBook(),
    digest: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.authenticator = authenticator
    self.tickets = tickets
    self.identifiers = identifiers
    self.clock = clock
    self.isReady = isReady
    self.refusals = refusals
    self.digest = digest
  }
}
