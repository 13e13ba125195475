import Contract
import Glibc
import Wire

/// The system's time of day.
struct SystemWallClock: WallClock {
  var now: Timestamp { Self.read(CLOCK_REALTIME) }

  /// The time of the kernel's last tick.
  var recent: Timestamp { Self.read(CLOCK_REALTIME_COARSE) }

  private static func read(_ clock: clockid_t) -> Timestamp {
    var time = timespec()
    // SAFETY: the kernel fills the struct in during the call.
    _ = unsafe clock_gettime(clock, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
