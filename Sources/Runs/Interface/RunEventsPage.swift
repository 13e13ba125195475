package import Wire

/// Which of a run's events are wanted.
package struct RunEventsQuery: Coded {
  package let runID: RunID
  /// The number of the last event that the caller has, `0` for none; a number may carry `@` and the
  /// log's epoch.
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
  /// The cursor of the last event here; null when the page is empty, and then the old cursor stays
  /// good.
  package let nextCursor: String?
  /// Whether more events are there already.
  package let hasMore: Bool
}
