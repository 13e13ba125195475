import Synchronization

/// Whether the server's end has begun.
final class Ending: Sendable {
  private let isBegun = Atomic<Bool>(false)

  var hasBegun: Bool { isBegun.load(ordering: .acquiring) }

  /// Begins the end; false when it had begun.
  func begin() -> Bool {
    !isBegun.exchange(true, ordering: .acquiringAndReleasing)
  }
}
