internal import Contract

/// The feeds of one loop, by what they are and by the stream that they read.
struct FeedTable {
  private var feeds: [FeedKey: SharedFeed] = [:]
  private var streams: [String: [SharedFeed]] = [:]

  var isEmpty: Bool { feeds.isEmpty }

  subscript(key: FeedKey) -> SharedFeed? { feeds[key] }

  /// The feeds that read `stream`.
  func reading(_ stream: String) -> [SharedFeed] { streams[stream] ?? [] }

  /// Adds a feed whose key no other has; true when it is the first that reads its stream.
  mutating func add(_ feed: SharedFeed) -> Bool {
    let stream = feed.key.topic.stream
    feeds[feed.key] = feed
    streams[stream, default: []].append(feed)
    return streams[stream]?.count == 1
  }

  /// Takes a feed out; true when it was the last that read its stream.
  mutating func remove(_ feed: SharedFeed) -> Bool {
    let stream = feed.key.topic.stream
    feeds[feed.key] = nil
    streams[stream]?.removeAll { $0 === feed }
    guard streams[stream]?.isEmpty ?? true else { return false }
    streams[stream] = nil
    return true
  }
}
