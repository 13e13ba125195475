package import Wire

/// A reader of one topic.
package protocol FeedSource: Sendable {
  /// The events after `position`, oldest first, at most `limit`.
  nonisolated(nonsending) func page(
    after position: Int64, limit: Int
  ) async throws(Fault) -> FeedPage
}

/// Some consecutive events of a topic.
package struct FeedPage: Sendable {
  package let items: [FeedItem]
  /// The position that has been read up to: the last item's, or farther where a filter left events
  /// out.
  package let position: Int64
  /// Whether the topic ends with this page.
  package let isLast: Bool

  package init(items: [FeedItem], position: Int64, isLast: Bool) {
    self.items = items
    self.position = position
    self.isLast = isLast
  }
}

/// One event of a feed.
package struct FeedItem: Sendable {
  package let position: Int64
  package let event: StoredJSON

  package init(position: Int64, event: StoredJSON) {
    self.position = position
    self.event = event
  }
}
