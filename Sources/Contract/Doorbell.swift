import Synchronization

/// Tells listeners that a stream of the log has grown; a ring carries no events, so a lost or
/// doubled one does no harm.
package final class Doorbell: Sendable {
  private let listeners = Mutex<[@Sendable (String) -> Void]>([])

  package init() {}

  /// Adds a listener for the life of the process; it is called on the thread that committed.
  package func listen(_ listener: @escaping @Sendable (String) -> Void) {
    listeners.withLock { $0.append(listener) }
  }

  /// Says that `stream` has new events, after they were committed.
  package func ring(_ stream: String) {
    for listener in listeners.withLock({ $0 }) { listener(stream) }
  }
}
