/// Waits for so many milliseconds, or throws when the run is called off or out of time; what was
/// said before has reached its readers by then, also with 0.
package typealias Pause =
  nonisolated(nonsending) @Sendable (_ milliseconds: Int) async throws(ModelError) -> Void
