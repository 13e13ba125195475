internal import Store

/// The handle by which a run that is executed here is called off.
///
/// Who calls it off has stored the wish before; the handle only tells the worker to look.
final class RunControl: Sendable {
  private let signal = WorkSignal()

  /// Calls the run off.
  func cancel() { signal.ring() }

  /// Returns once the run is called off; false when the task that waits is cancelled first.
  func isCancelled() async -> Bool {
    await signal.wait(past: 0)
    return signal.rings > 0
  }
}
