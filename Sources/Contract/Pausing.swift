/// Waits without holding a thread; how a test's day passes in a microsecond.
package protocol Pausing: Sendable {
  /// Returns after `duration`, or throws as soon as the task is cancelled.
  func pause(for duration: Duration) async throws(CancellationError)
}
