package import Wire

/// Which run is watched, and from where on.
package struct WatchRun: Coded {
  package let runID: RunID
  /// The number of the last event that the caller has, or `latest` for news only; `Last-Event-ID`
  /// goes before it.
  package let cursor: Text<1, 80>?
  /// Event types, or families such as `tool.*`; all when there is none.
  package var type: [Text<1, 70>] = []
}

/// The first frame of a run's stream.
package struct StreamGreeting: Coded {
  package let clientID: String
  package let runID: RunID
  package let ts: Timestamp
  /// The position that the stream begins after.
  package let cursor: String
  /// The life of the log that cursors belong to.
  package let epoch: String
  /// Whether everything after the caller's cursor follows; false when the cursor was from another
  /// epoch.
  package let recovered: Bool
  package let status: RunStatus
}
