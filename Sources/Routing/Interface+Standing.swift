package import Contract

/// What becomes of callers after they were let in.
extension Interface {
  /// Those of `principals`, by id, whose credential has ended; asked for feeds, which outlast the
  /// look at it.
  package nonisolated(nonsending) func ended(
    among principals: Set<String>
  ) async throws(Fault) -> Set<String> {
    try await services.authenticator.ended(among: principals)
  }
}
