package import Contract

/// What the pipeline asks of the rest of the process.
package struct InterfaceServices: Sendable {
  package let authenticator: any Authenticator
  package let identifiers: any IdentifierSource
  /// The time that rates are measured in.
  package let clock: any MonotonicClock
  /// SHA-256, for the fingerprints of requests with an idempotency key.
  package let digest: @Sendable ([UInt8]) -> [UInt8]

  package init(
    authenticator: any Authenticator, identifiers: any IdentifierSource,
    clock: any MonotonicClock, digest: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.authenticator = authenticator
    self.identifiers = identifiers
    self.clock = clock
    self.digest = digest
  }
}
