package import Wire

/// The time of day, in UTC.
package protocol WallClock: Sendable {
  var now: Timestamp { get }
}

/// A clock that only goes forward; its zero means nothing.
package protocol MonotonicClock: Sendable {
  /// Nanoseconds since some moment before the process began.
  var nanoseconds: Int64 { get }
}

/// Makes identifiers that need no coordination.
package protocol IdentifierSource: Sendable {
  /// `prefix` and a lower-case base32 ULID of 26 characters, increasing with time.
  func next(_ prefix: StaticString) -> String
  /// A UUID of version 7 (RFC 9562 §5.7), in text.
  func uuid() -> String
}

/// Waits without holding a thread; how a test's day passes in a microsecond.
package protocol Pausing: Sendable {
  /// Returns after `duration`, or throws as soon as the task is cancelled.
  func pause(for duration: Duration) async throws(CancellationError)
}
