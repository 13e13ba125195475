import Contract
import Synchronization

/// A clock that a test moves.
final class HandClock: MonotonicClock {
  private let time = Atomic<Int64>(1)

  var nanoseconds: Int64 { time.load(ordering: .relaxed) }

  func advance(milliseconds: Int64) { time.add(milliseconds * 1_000_000, ordering: .relaxed) }
}
