package import Events
package import Wire

/// Which links of a run's chain are wanted.
package struct RunChainQuery: Coded {
  package let runID: RunID
  /// The number of the last event that the caller has, `0` for none; a number may carry `@` and the
  /// log's epoch.
  package let cursor: Text<1, 80>?
  /// Links on a page.
  package var limit: Bounded<1, 1000> = 200
}

/// Some links of a run's chain, oldest first.
package struct RunChainPage: Coded {
  package let links: [ChainLink]
  /// The cursor of the last link here; null when the page is empty, and then the old cursor stays
  /// good.
  package let nextCursor: String?
  /// Whether more links are there already.
  package let hasMore: Bool
}
