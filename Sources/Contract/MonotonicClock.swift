/// A clock that only goes forward; its zero means nothing.
package protocol MonotonicClock: Sendable {
  /// Nanoseconds since some moment before the process began.
  var nanoseconds: Int64 { get }
}
