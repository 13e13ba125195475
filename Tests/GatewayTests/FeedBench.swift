import Contract
import Negotiation
import Wire

@testable import Gateway
@testable import HTTP2

/// A topic with its subscribers, and what a loop does for them.
final class FeedBench {
  let feed: SharedFeed
  let wants = FeedWants()
  private let format: FeedFormat
  static let name: StaticString = "run.event"
  static let greeting = Array("greeting.".utf8)

  init(format: FeedFormat = .eventStream, pagesKept: Int = 4) {
    self.format = format
    let topic = FeedTopic(stream: "run:a", filter: "")
    let plan = FeedPlan(
      topic: topic, source: FakeSource(count: 0, isFinished: false),
      tenant: nil, position: 0, greeting: StoredJSON(encoding: "hello"), eventName: Self.name)
    feed = SharedFeed(
      plan, key: FeedKey(topic: topic, format: format), pagesKept: pagesKept, wants: wants)
  }

  func subscriber(at position: Int64 = 0) -> FeedSubscriber {
    FeedSubscriber(
      feed: feed, seat: FeedSeat(stream: "run:a", principal: "p", tenant: nil),
      stream: StreamKey(index: 0, generation: 0),
      connection: ConnectionToken(index: 0, generation: 0), principal: .anonymous,
      position: position,
      greeting: Self.greeting, farewell: .nothing, now: 0)
  }

  /// The positions that somebody asked for since the last call.
  func wanted() -> [Int64] { wants.take().flatMap { $0.takeWanted() }.sorted() }

  /// The bytes of the events after the first positions of `range`.
  func encoded(_ range: Range<Int64>) -> [UInt8] {
    FakeSource.items(range).flatMap { format.encode(FeedFrame($0, event: Self.name)) }
  }

  /// Everything that the subscriber gives through a buffer of `size` bytes before it waits or ends,
  /// with pages read from `source` as a loop would.
  func drain(
    _ subscriber: FeedSubscriber, from source: FakeSource, size: Int
  ) -> (bytes: [UInt8], isEnd: Bool) {
    var bytes: [UInt8] = []
    while true {
      let (part, isEnd, isWaiting) = subscriber.produced(atMost: size)
      bytes += part
      if isEnd { return (bytes, true) }
      guard isWaiting else { continue }
      var woken = 0
      for position in wanted() {
        woken += feed.take(source.read(after: position), after: position).count
      }
      if woken == 0 { return (bytes, false) }
    }
  }
}

extension RequestTask {
  /// Stands for a reading that goes on: what it does is of no matter here.
  static var ended: RequestTask { RequestTask {} }
}

extension FeedSubscriber {
  /// What one call of the engine gets into a buffer of `size` bytes.
  func produced(atMost size: Int) -> (bytes: [UInt8], isEnd: Bool, isWaiting: Bool) {
    var buffer = [UInt8](repeating: 0, count: size)
    // SAFETY: the buffer is lent for this call.
    let production = unsafe buffer.withUnsafeMutableBytes { unsafe produce(into: $0) }
    switch production {
    case .bytes(let count): return (Array(buffer[..<count]), false, false)
    case .end(let count): return (Array(buffer[..<count]), true, false)
    case .pause(let count): return (Array(buffer[..<count]), false, true)
    case .wait: return ([], false, true)
    case .trailers, .abort: preconditionFailure("a feed has no trailers and does not break off")
    }
  }
}
