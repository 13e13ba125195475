package import Wire

/// Which of a run's events are wanted.
package struct RunEventsQuery: Coded {
  package let runID: RunID
  /// The number of the last event that the caller has, `0` for none; a number may carry `@` and the log's epoch.
  package let cursor: Text<1, 80>?
  /// Events on a page.
  package var limit: Bounded<1, 1000> = 200
  /// Event types, or families such as `tool.*`; all when there is none.
  package var type: [Text<1, 70>] = []
  /// Whether the tokens of the models are listed too.
  package var includeTokens: Bool = false
}

/// Some of a run's events, oldest first.
package struct RunEventsPage: Coded {
  package let events: [StoredJSON]
  /// The run's events that fit the query, on all pages.
  package let total: Int64
  /// The cursor of the last event here; null when the page is empty, and then the old cursor stays good.
  package let nextCursor: String?
  /// Whether more events are there already.
  package let hasMore: Bool
}

/// Which run is watched, and from where on.
package struct WatchRun: Coded {
  package let runID: RunID
  /// The number of the last event that the caller has; `latest` for news only. `Last-Event-ID` goes before it.
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
  /// Whether everything after the caller's cursor follows; false when the cursor was from another epoch.
  package let recovered: Bool
  package let status: RunStatus
}

/// One event of a run, as every reader gets it.
package struct RunEvent: Coded {
  package let v: Int64
  /// The place in the run, from 1: also the cursor.
  package let seq: Int64
  package let ts: Timestamp
  package let sessionKey: SessionKey
  package let runID: RunID
  package let agentID: String
  package let stepID: String?
  package let spanID: String
  package let parentSpanID: String?
  package let type: String
  package let payload: WireValue
  package let redaction: EventRedaction
}

/// What was taken out of an event before it was written.
package struct EventRedaction: Coded {
  package let containsSecrets: Bool
}
