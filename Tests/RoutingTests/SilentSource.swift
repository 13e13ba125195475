import Contract

/// A feed without events.
struct SilentSource: FeedSource {
  func page(after position: Int64, limit: Int) async throws(Fault) -> FeedPage {
    FeedPage(items: [], position: position, isLast: false)
  }
}
