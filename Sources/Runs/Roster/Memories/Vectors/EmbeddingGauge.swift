internal import Synchronization

/// What was done with vectors since the start.
package final class EmbeddingGauge: Sendable {
  /// What is counted.
  package enum Count: CaseIterable, Sendable {
    /// Vectors of memories that were made.
    case made
    /// Requests for vectors of memories that came to nothing.
    case failures
    /// Questions whose meaning a provider has told.
    case questions
    /// Questions that were answered by words alone because a provider failed.
    case questionFailures
  }

  private let counts = Mutex<[Count: Int]>([:])

  package init() {}

  /// How many there were.
  package func value(_ count: Count) -> Int { counts.withLock { $0[count, default: 0] } }

  func add(_ count: Count, _ number: Int = 1) {
    counts.withLock { $0[count, default: 0] += number }
  }
}
