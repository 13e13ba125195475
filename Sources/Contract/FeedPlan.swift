package import Wire

/// A subscription: where to read, from where on, and what the subscriber is told first.
///
/// The subscriber holds the position alone; the log is the queue.
package struct FeedPlan: Sendable {
  /// The name under which subscribers of the same events share their encoding.
  package let topic: FeedTopic
  package let source: any FeedSource
  /// The organisation whose streams it is one of; nil where it belongs to none.
  package let tenant: String?
  /// The position of the last event that the subscriber has.
  package let position: Int64
  /// The data of the first frame, `connected`.
  package let greeting: StoredJSON
  /// The event name of data frames, `run.event`.
  package let eventName: StaticString

  package init(
    topic: FeedTopic, source: any FeedSource, tenant: String?, position: Int64,
    greeting: StoredJSON, eventName: StaticString
  ) {
    self.topic = topic
    self.source = source
    self.tenant = tenant
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
