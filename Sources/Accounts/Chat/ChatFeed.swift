internal import Contract
internal import Wire

/// The events of a turn as a feed: those of its run, told as a chat.
///
/// Positions are the run's, so that a client which has lost this stream goes on at the run's own.
/// What one event of the run becomes is given whole: all but the last have the position before it.
struct ChatFeed: FeedSource {
  let run: String
  let source: any FeedSource

  nonisolated(nonsending) func page(
    after position: Int64, limit: Int
  ) async throws(Fault) -> FeedPage {
    // The event before tells whether a message is being said.
    let page = try await source.page(after: max(position - 1, 0), limit: limit + 1)
    var transcript = ChatTranscript(of: run)
    var items: [FeedItem] = []
    for item in page.items {
      let events = transcript.take(item.event.value)
      guard item.position > position else { continue }
      for (index, event) in events.enumerated() {
        let isLast = index == events.count - 1
        items.append(
          FeedItem(
            position: isLast ? item.position : item.position - 1,
            event: StoredJSON(encoding: event)))
      }
    }
    return FeedPage(items: items, position: max(page.position, position), isLast: page.isLast)
  }
}
