package import Wire

/// What a feed method answers.
package enum FeedReply: Sendable {
  case open(FeedPlan)
  /// The feed has ended and the subscriber has everything: 204, so that it stops coming back.
  case finished
}

/// A subscription: where to read, from where on, and what the subscriber is told first.
///
/// The subscriber holds the position alone; the log is the queue.
package struct FeedPlan: Sendable {
  /// The name under which subscribers of the same events share their encoding.
  package let topic: FeedTopic
  package let source: any FeedSource
  /// The position of the last event that the subscriber has.
  package let position: Int64
  /// The data of the first frame, `connected`.
  package let greeting: StoredJSON
  /// The event name of data frames, `run.event`.
  package let eventName: StaticString

  package init(
    topic: FeedTopic, source: any FeedSource, position: Int64, greeting: StoredJSON,
    eventName: StaticString
  ) {
    self.topic = topic
    self.source = source
    self.position = position
    self.greeting = greeting
    self.eventName = eventName
  }
}

/// A stream of the log together with the filter that is read through.
package struct FeedTopic: Hashable, Sendable {
  /// The stream's name in the log, `run:run_…`.
  package let stream: String
  /// A canonical text of the filter; empty for all events.
  package let filter: String

  package init(stream: String, filter: String) {
    self.stream = stream
    self.filter = filter
  }
}

/// A reader of one topic.
package protocol FeedSource: Sendable {
  /// The events after `position`, oldest first, at most `limit`.
  func page(after position: Int64, limit: Int) async throws(Fault) -> FeedPage
}

/// Some consecutive events of a topic.
package struct FeedPage: Sendable {
  package let items: [FeedItem]
  /// The position that has been read up to: the last item's, or farther where a filter left events out.
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
