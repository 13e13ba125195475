import Contract
import Synchronization
import Wire

/// Both clocks of a test, moved by hand.
final class HandClock: MonotonicClock, WallClock {
  private let time = Atomic<Int64>(1_000_000_000_000_000)

  var nanoseconds: Int64 { time.load(ordering: .relaxed) }
  var now: Timestamp { Timestamp(milliseconds: nanoseconds / 1_000_000) }

  func advance(nanoseconds: Int64) { time.add(nanoseconds, ordering: .relaxed) }
}
