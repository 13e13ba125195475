import Contract
import Glibc

/// The system's monotonic clock.
struct SystemMonotonicClock: MonotonicClock {
  var nanoseconds: Int64 {
    var time = timespec()
    // SAFETY: the kernel fills the struct in during the call.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
