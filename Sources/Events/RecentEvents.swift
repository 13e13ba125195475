internal import Synchronization
internal import Wire

/// The events that were committed last, by stream: what nearly every subscriber asks for next.
///
/// It holds the end of a stream without a gap, as this process's writer has committed it. Whoever
/// stands before that end is told to ask the store.
package final class RecentEvents: Sendable {
  /// Streams that are remembered at once; the one that has been quiet for longest goes.
  static let streamsMax = 256
  /// Events that are remembered of one stream, and the bytes of their JSON.
  static let eventsMax = 64
  static let bytesMax = 32_768

  private struct State {
    var tails: [String: Tail] = [:]
    var additions: UInt64 = 0
  }

  private let state = Mutex(State())

  init() {}

  /// Adds what was committed to a stream, oldest first.
  func add(_ events: [RecentEvent], to stream: String) {
    state.withLock { state in
      state.additions += 1
      let isNew = state.tails[stream] == nil
      state.tails[stream, default: Tail()].add(events, at: state.additions)
      guard isNew, state.tails.count > Self.streamsMax else { return }
      let quietest = state.tails.min { $0.value.addition < $1.value.addition }
      if let quietest { state.tails[quietest.key] = nil }
    }
  }

  /// The events of a stream after `position` that pass the filter, at most `limit`; nil when that
  /// is for the store to say.
  package func page(
    of stream: String, after position: Int64, limit: Int, filter: EventFilter
  ) -> RecentPage? {
    state.withLock { $0.tails[stream]?.page(after: position, limit: limit, filter: filter) }
  }
}

/// An event of a stream's end.
struct RecentEvent: Sendable {
  let type: String
  let item: StreamItem
}

/// What the end of a stream says to a reader.
package struct RecentPage: Sendable {
  package let items: [StreamItem]
  /// The position that has been read up to.
  package let position: Int64
  /// The type of the stream's last event; nil when there is more behind the page.
  package let lastType: String?
}

/// The end of one stream, without a gap.
private struct Tail: Sendable {
  private var events: ArraySlice<RecentEvent> = []
  private var bytes = 0
  /// Which addition was the last.
  private(set) var addition: UInt64 = 0

  mutating func add(_ more: [RecentEvent], at addition: UInt64) {
    self.addition = addition
    if let first = more.first, let last = events.last,
      first.item.sequence != last.item.sequence + 1
    {
      events = []
      bytes = 0
    }
    events += more
    bytes += more.reduce(0) { $0 + $1.item.event.bytes.count }
    while let first = events.first,
      events.count > RecentEvents.eventsMax || bytes > RecentEvents.bytesMax
    {
      bytes -= first.item.event.bytes.count
      events.removeFirst()
    }
  }

  func page(after position: Int64, limit: Int, filter: EventFilter) -> RecentPage? {
    guard let first = events.first, let last = events.last, position >= first.item.sequence - 1,
      position <= last.item.sequence
    else { return nil }
    var items: [StreamItem] = []
    for event in events.dropFirst(Int(position - first.item.sequence + 1))
    where filter.admits(event.type) {
      items.append(event.item)
      guard items.count < limit else { break }
    }
    // Events that the filter leaves out are passed over, so that they are not read again.
    let end = items.count < limit ? last.item.sequence : items.last?.sequence ?? position
    return RecentPage(
      items: items, position: end, lastType: end == last.item.sequence ? last.type : nil)
  }
}
