internal import Synchronization

/// The length of the queue as it was after the last commit: what health and metrics tell without
/// asking the store.
package final class QueueGauge: Sendable {
  private let waiting = Atomic<Int64>(0)
  private let executing = Atomic<Int64>(0)

  package init() {}

  /// Runs that wait for a worker.
  package var pending: Int64 { waiting.load(ordering: .relaxed) }
  /// Runs that are being executed.
  package var running: Int64 { executing.load(ordering: .relaxed) }

  func set(pending: Int64, running: Int64) {
    waiting.store(pending, ordering: .relaxed)
    executing.store(running, ordering: .relaxed)
  }
}
