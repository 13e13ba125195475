package import Wire

/// The time of day, in UTC.
package protocol WallClock: Sendable {
  var now: Timestamp { get }
  /// The time some milliseconds ago at most, which costs less to ask for.
  var recent: Timestamp { get }
}

extension WallClock {
  package var recent: Timestamp { now }
}
