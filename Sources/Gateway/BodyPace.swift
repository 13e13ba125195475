internal import HTTP2

/// How fast the unfinished request bodies of a connection come.
///
/// Only bodies that were awaited through a whole window are judged: others may have begun a moment
/// ago, however long the connection has been sending some.
struct BodyPace {
  /// When the window that is under way ends, in nanoseconds of the loop's clock.
  private var end: Int64?
  /// The bodies that were awaited when it began, with the bytes that each had by then.
  private var begun: [StreamKey: Int] = [:]

  /// Whether bodies that are awaited for a whole window brought too little in it; `bodies` are all
  /// that are awaited now, with the bytes that each has.
  mutating func isSlow(
    at now: Int64, _ bodies: [StreamKey: Int], _ limits: GatewayLimits
  ) -> Bool {
    begun = begun.filter { bodies[$0.key] != nil }
    guard let end, !begun.isEmpty else {
      // Nothing has been awaited for long: patience begins anew.
      self.end = now + limits.bodyPatience.nanoseconds
      begun = bodies
      return false
    }
    guard now > end else { return false }
    let brought = bodies.reduce(0) { $0 + $1.value - begun[$1.key, default: 0] }
    self.end = now + limits.bodyRateWindow.nanoseconds
    begun = bodies
    return brought < limits.bodyRateMin
  }
}
