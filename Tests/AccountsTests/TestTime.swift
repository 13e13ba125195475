import Contract
import Store
import Synchronization
import Wire

/// Time that passes when a test says so: both clocks; pauses end at once, and move them.
final class TestTime: WallClock, MonotonicClock, Pausing {
  private let time = Atomic<Int64>(1_770_878_341_000_000_000)
  /// Rings when somebody begins a pause.
  let paused = WorkSignal()

  var nanoseconds: Int64 { time.load(ordering: .sequentiallyConsistent) }
  var now: Timestamp { Timestamp(milliseconds: nanoseconds / 1_000_000) }

  func advance(by duration: Duration) {
    let (seconds, attoseconds) = duration.components
    time.add(
      seconds * 1_000_000_000 + attoseconds / 1_000_000_000, ordering: .sequentiallyConsistent)
  }

  func pause(for duration: Duration) async throws(CancellationError) {
    guard !Task.isCancelled else { throw CancellationError() }
    advance(by: duration)
    paused.ring()
    await Task.yield()
  }
}
