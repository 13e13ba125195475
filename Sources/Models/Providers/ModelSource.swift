/// Where a run's model comes from.
package protocol ModelSource: Sendable {
  /// The model that a run asks for, or why there is none.
  nonisolated(nonsending) func model(
    for request: ModelRequest
  ) async throws(ModelError) -> any Model
}

extension ModelProviders: ModelSource {}
