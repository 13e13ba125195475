internal import Contract
internal import Negotiation

/// A topic in one representation, as this loop's subscribers share it: pages encoded once, and who
/// waits where.
///
/// A page is known by the position that it follows, so history and news are the same thing: whoever
/// stands at a position asks for the page after it, and one reading serves everybody who stands
/// there.
final class SharedFeed {
  let key: FeedKey
  let source: any FeedSource
  let eventName: StaticString
  /// The position after which nothing will ever come; nil while the topic goes on.
  private(set) var end: Int64?
  /// The readings that are under way, by the position that they read from; nil for one that has
  /// not had to wait yet.
  var loading: [Int64: RequestTask?] = [:]
  var subscribers = 0

  private var pages: [Int64: EncodedPage] = [:]
  private var order: [Int64] = []
  /// The page that was kept last, which nearly everybody asks for next.
  private var newest: EncodedPage?
  /// When the stream grew first since events were read last.
  private var grewAt: Int64?
  private let pagesKept: Int
  private let wants: FeedWants
  private var waiting: [Int64: WaitingGroup] = [:]
  /// The group that somebody joined last, which nearly everybody joins next.
  private var joined: WaitingGroup?
  /// Positions that somebody asked for and nobody has begun to read.
  private var wanted: Set<Int64> = []
  /// Positions whose reading had begun when the stream grew, and may have missed it.
  private var regrown: Set<Int64> = []

  init(_ plan: FeedPlan, key: FeedKey, pagesKept: Int, wants: FeedWants) {
    self.key = key
    source = plan.source
    eventName = plan.eventName
    self.pagesKept = pagesKept
    self.wants = wants
  }

  /// The page after `position`; when it is not at hand the subscriber is put down as waiting for
  /// it.
  func page(after position: Int64, for subscriber: FeedSubscriber) -> EncodedPage? {
    if end == position { return nil }
    if let newest, newest.position == position { return newest }
    // A subscriber that had something else to say comes here again while it still waits.
    guard subscriber.waitsAt != position else { return nil }
    if let joined, joined.position == position {
      subscriber.waitsAt = position
      joined.subscribers.append(subscriber)
      return nil
    }
    if let page = pages[position] { return page }
    subscriber.waitsAt = position
    join(position).subscribers.append(subscriber)
    if loading[position] == nil { want(position) }
    return nil
  }

  /// Copies the page that was kept last into `buffer`, when it follows `position`, says something
  /// and fits; gives its length and its end.
  func copyNews(
    after position: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) -> (count: Int, end: Int64)? {
    guard let newest, newest.position == position, !newest.bytes.isEmpty,
      newest.bytes.count <= buffer.count
    else { return nil }
    // SAFETY: the page fits, as was just checked.
    unsafe newest.bytes.withUnsafeBytes { unsafe buffer.copyMemory(from: $0) }
    return (newest.bytes.count, newest.last)
  }

  private func join(_ position: Int64) -> WaitingGroup {
    let group = waiting[position] ?? WaitingGroup(at: position)
    waiting[position] = group
    joined = group
    return group
  }

  private func want(_ position: Int64) {
    if wanted.isEmpty { wants.add(self) }
    wanted.insert(position)
  }

  /// The positions to read now; the caller begins to.
  func takeWanted() -> Set<Int64> {
    defer { wanted.removeAll(keepingCapacity: true) }
    return wanted
  }

  /// The stream has grown: everybody who waits at an end that was read looks again.
  func grew(at moment: Int64) {
    grewAt = grewAt ?? moment
    for position in waiting.keys where loading[position] == nil { want(position) }
    regrown.formUnion(loading.keys)
  }

  /// When the stream grew by what has been read now; nil when it had not grown since.
  func takeGrowth() -> Int64? {
    defer { grewAt = nil }
    return grewAt
  }

  /// Takes a page that was read, and gives those who waited for it.
  func take(_ page: FeedPage, after position: Int64) -> [FeedSubscriber] {
    loading.removeValue(forKey: position)
    let mustRead = regrown.remove(position) != nil
    if page.isLast { end = page.position }
    guard !page.items.isEmpty || page.position > position || end == position else {
      if mustRead, waiting[position] != nil { want(position) }
      return []
    }
    if page.position > position {
      let encoded = EncodedPage(page, after: position, name: eventName, format: key.format)
      keep(encoded, after: position)
    }
    return takeWaiting(at: position)
  }

  /// Gives up a reading that failed; those who waited for it are told.
  func fail(after position: Int64) -> [FeedSubscriber] {
    loading.removeValue(forKey: position)
    regrown.remove(position)
    return takeWaiting(at: position)
  }

  private func takeWaiting(at position: Int64) -> [FeedSubscriber] {
    if joined?.position == position { joined = nil }
    let taken = waiting.removeValue(forKey: position)?.subscribers ?? []
    for subscriber in taken { subscriber.waitsAt = nil }
    return taken
  }

  func forget(_ subscriber: FeedSubscriber) {
    guard let position = subscriber.waitsAt, let group = waiting[position] else { return }
    subscriber.waitsAt = nil
    group.subscribers.removeAll { $0 === subscriber }
    guard group.subscribers.isEmpty else { return }
    waiting[position] = nil
    if joined === group { joined = nil }
  }

  private func keep(_ page: EncodedPage, after position: Int64) {
    if order.count >= pagesKept { pages[order.removeFirst()] = nil }
    pages[position] = page
    newest = page
    order.append(position)
  }
}

/// The subscribers that wait for the page after one position.
private final class WaitingGroup {
  let position: Int64
  var subscribers: [FeedSubscriber] = []

  init(at position: Int64) { self.position = position }
}

/// The feeds of one loop that have readings to begin.
final class FeedWants {
  private var feeds: [SharedFeed] = []

  func add(_ feed: SharedFeed) { feeds.append(feed) }

  func take() -> [SharedFeed] {
    if feeds.isEmpty { return [] }
    defer { feeds.removeAll(keepingCapacity: true) }
    return feeds
  }
}

/// What subscribers share: the events of one topic in one representation.
struct FeedKey: Hashable, Sendable {
  let topic: FeedTopic
  let format: FeedFormat
}

/// Some consecutive events as they go over the wire.
final class EncodedPage {
  let bytes: [UInt8]
  /// The position that the page follows.
  let position: Int64
  /// The position of the page's end.
  let last: Int64

  init(_ page: FeedPage, after position: Int64, name: StaticString, format: FeedFormat) {
    self.position = position
    var bytes: [UInt8] = []
    for item in page.items {
      bytes += format.encode(FeedFrame(item, event: name))
    }
    self.bytes = bytes
    last = page.position
  }
}
