package import Wire

/// The time of day, in UTC.
package protocol WallClock: Sendable {
  var now: Timestamp { get }
}
