/// Waits for so many milliseconds, or throws when the run is called off or out of time.
package typealias Pause =
  nonisolated(nonsending) @Sendable (_ milliseconds: Int) async throws(ModelError) -> Void
