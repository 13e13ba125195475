package import Contract

/// What becomes of callers after they were let in.
extension Interface {
  /// Those of `credentials` that have ended; asked for feeds, which outlast the look at them.
  package nonisolated(nonsending) func ended(
    among credentials: Set<String>
  ) async throws(Fault) -> Set<String> {
    try await services.authenticator.ended(among: credentials)
  }
}
