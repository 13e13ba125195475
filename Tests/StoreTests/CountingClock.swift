internal import Synchronization

/// A clock that goes on by one at each look.
final class CountingClock: Sendable {
  private let looks = Atomic<UInt64>(0)

  func now() -> UInt64 { looks.add(1, ordering: .relaxed).newValue }
}
