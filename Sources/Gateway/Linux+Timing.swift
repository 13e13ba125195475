internal import CLinux
internal import Glibc

/// Timers, and the time that processes have used.
extension Linux {
  /// A timer that is readable once its moment has come.
  static func makeTimer() throws(SystemError) -> Descriptor {
    Descriptor(
      number: try check(timerfd_create(CLOCK_MONOTONIC, switchyard_timerfd_flags), "timerfd"))
  }

  /// Sets the timer to a moment of `nanoseconds`; what it was set to before is forgotten, and it is
  /// no longer readable until then.
  static func set(_ timer: Int32, to moment: Int64) throws(SystemError) {
    var setting = itimerspec()
    setting.it_value = timespec(
      tv_sec: Int(moment / 1_000_000_000), tv_nsec: Int(moment % 1_000_000_000))
    // SAFETY: the kernel reads the struct during the call.
    try check(
      unsafe timerfd_settime(timer, switchyard_timer_absolute, &setting, nil), "timerfd_settime")
  }

  /// The cores that this process may use now, at least 1.
  static var processors: Int { Int(switchyard_processors()) }

  /// From now on reading and writing give what can be done at once.
  static func unblock(_ descriptor: Int32) throws(SystemError) {
    let flags = try check(fcntl(descriptor, F_GETFL), "fcntl")
    try check(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK), "fcntl")
  }

  /// Nanoseconds of processor time that a process has used; nil when there is none or it is not for
  /// us to know.
  static func processorNanoseconds(of process: Int32) -> Int64? {
    var clock = clockid_t()
    var time = timespec()
    // SAFETY: both calls fill their structs in.
    guard unsafe clock_getcpuclockid(process, &clock) == 0, unsafe clock_gettime(clock, &time) == 0
    else { return nil }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
