import Contract
import Glibc
import Synchronization
import Wire

/// The system's time of day.
struct SystemWallClock: WallClock {
  var now: Timestamp {
    var time = timespec()
    // SAFETY: the kernel fills the struct in during the call.
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}

/// The system's monotonic clock.
struct SystemMonotonicClock: MonotonicClock {
  var nanoseconds: Int64 {
    var time = timespec()
    // SAFETY: the kernel fills the struct in during the call.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Waits by the runtime's continuous clock.
struct SystemPausing: Pausing {
  func pause(for duration: Duration) async throws(CancellationError) {
    do {
      try await ContinuousClock().sleep(for: duration)
    } catch {
      throw CancellationError()
    }
  }
}
