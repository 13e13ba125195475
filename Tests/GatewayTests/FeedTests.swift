import Contract
import Testing
import Wire

@testable import Gateway

@Suite struct FeedTests {
  @Test(
    "what a subscriber gets does not depend on the room it has",
    arguments: FeedFormat.negotiated + [.messages(.cbor), .messages(.json)])
  func everyBufferSize(_ format: FeedFormat) {
    let source = FakeSource(count: 10, isFinished: true)
    let whole = FeedBench.greeting + FeedBench(format: format).encoded(0..<10)
    for size in 1...whole.count + 1 {
      let bench = FeedBench(format: format)
      let subscriber = bench.subscriber()
      let (bytes, isEnd) = bench.drain(subscriber, from: source, size: size)
      #expect(bytes == whole, "with \(size) bytes of room")
      #expect(isEnd && subscriber.position == 10)
    }
  }

  @Test("a subscriber gets what comes after its position, and nothing before", arguments: 0...10)
  func everyPosition(_ position: Int) {
    let bench = FeedBench()
    let source = FakeSource(count: 10, isFinished: true)
    let (bytes, isEnd) = bench.drain(
      bench.subscriber(at: Int64(position)), from: source, size: 64)
    #expect(bytes == FeedBench.greeting + bench.encoded(Int64(position)..<10) && isEnd)
  }

  @Test("a topic that goes on is waited for, and read again when it has grown")
  func growing() {
    let bench = FeedBench()
    let subscriber = bench.subscriber()
    let first = bench.drain(subscriber, from: FakeSource(count: 2, isFinished: false), size: 16)
    #expect(first.bytes == FeedBench.greeting + bench.encoded(0..<2) && !first.isEnd)
    #expect(subscriber.isWaiting && subscriber.position == 2)
    #expect(bench.feed.takeGrowth() == nil)
    bench.feed.grew(at: 7)
    bench.feed.grew(at: 9)
    #expect(bench.wanted() == [2])
    #expect(bench.feed.takeGrowth() == 7 && bench.feed.takeGrowth() == nil)
    let woken = bench.feed.take(
      FakeSource(count: 4, isFinished: true).read(after: 2), after: 2)
    #expect(woken.map(ObjectIdentifier.init) == [ObjectIdentifier(subscriber)])
    let rest = bench.drain(subscriber, from: FakeSource(count: 4, isFinished: true), size: 16)
    #expect(rest.bytes == bench.encoded(2..<4) && rest.isEnd)
  }

  @Test("a ring while the page is being read has it read once more")
  func ringWhileReading() {
    let bench = FeedBench()
    let subscriber = bench.subscriber()
    _ = subscriber.produced(atMost: 64)
    _ = subscriber.produced(atMost: 64)
    #expect(bench.wanted() == [0])
    bench.feed.loading[0] = .ended
    bench.feed.grew(at: 0)
    #expect(bench.wanted().isEmpty)
    let nothing = FakeSource(count: 0, isFinished: false).read(after: 0)
    #expect(bench.feed.take(nothing, after: 0).isEmpty)
    #expect(bench.wanted() == [0])
    #expect(bench.feed.take(nothing, after: 0).isEmpty)
    #expect(bench.wanted().isEmpty)
  }

  @Test("subscribers of one position share one reading")
  func sharedReading() {
    let bench = FeedBench()
    let subscribers = (0..<3).map { _ in bench.subscriber() }
    for subscriber in subscribers { _ = subscriber.produced(atMost: 1000) }
    for subscriber in subscribers { _ = subscriber.produced(atMost: 1000) }
    #expect(bench.wanted() == [0])
    let page = FakeSource(count: 2, isFinished: true).read(after: 0)
    #expect(bench.feed.take(page, after: 0).count == 3)
    for subscriber in subscribers {
      let (bytes, isEnd, _) = subscriber.produced(atMost: 1000)
      #expect(bytes == bench.encoded(0..<2) && isEnd)
    }
    #expect(bench.wanted().isEmpty)
  }

  @Test("a page that was dropped from memory is read again for those who are late")
  func droppedPage() {
    let bench = FeedBench(pagesKept: 1)
    let source = FakeSource(count: 9, isFinished: true)
    let early = bench.drain(bench.subscriber(), from: source, size: 100)
    let late = bench.drain(bench.subscriber(), from: source, size: 7)
    #expect(early.bytes == late.bytes && late.isEnd)
  }

  @Test("a page of which the filter leaves nothing moves the position")
  func emptyPage() {
    let bench = FeedBench()
    let subscriber = bench.subscriber()
    _ = subscriber.produced(atMost: 100)
    #expect(bench.wanted() == [0])
    let woken = bench.feed.take(FeedPage(items: [], position: 7, isLast: false), after: 0)
    #expect(woken.count == 1)
    let (bytes, isEnd, isWaiting) = subscriber.produced(atMost: 100)
    #expect(bytes.isEmpty && !isEnd && isWaiting && subscriber.position == 7)
    #expect(bench.wanted() == [7])
  }

  @Test("a sign of life does not make a subscriber wait twice or the page be read again")
  func pings() {
    let bench = FeedBench()
    let subscriber = bench.subscriber()
    _ = bench.drain(subscriber, from: FakeSource(count: 0, isFinished: false), size: 100)
    for _ in 0..<3 {
      subscriber.say(Array("ping.".utf8))
      #expect(subscriber.produced(atMost: 100).bytes == Array("ping.".utf8))
      #expect(subscriber.produced(atMost: 100).isWaiting)
      #expect(bench.wanted().isEmpty)
    }
    bench.feed.grew(at: 0)
    #expect(bench.wanted() == [0])
    let page = FakeSource(count: 1, isFinished: false).read(after: 0)
    #expect(bench.feed.take(page, after: 0).count == 1)
  }

  @Test(
    "words between events never stand inside one, and the farewell is the last",
    arguments: 1...60)
  func saysBetweenEvents(_ size: Int) {
    let bench = FeedBench()
    let source = FakeSource(count: 3, isFinished: false)
    let subscriber = bench.subscriber()
    var bytes = subscriber.produced(atMost: FeedBench.greeting.count).bytes
    #expect(subscriber.produced(atMost: 1).isWaiting)
    for position in bench.wanted() {
      _ = bench.feed.take(source.read(after: position), after: position)
    }
    bytes += subscriber.produced(atMost: size).bytes
    subscriber.say(Array("ping.".utf8))
    subscriber.end(saying: Array("bye.".utf8))
    let (rest, isEnd) = bench.drain(subscriber, from: source, size: size)
    #expect(
      bytes + rest == FeedBench.greeting + bench.encoded(0..<3) + Array("ping.bye.".utf8))
    #expect(isEnd)
  }

  @Test("a reading that failed gives back those who waited for it, and they end")
  func failure() {
    let bench = FeedBench()
    let subscriber = bench.subscriber()
    _ = subscriber.produced(atMost: 100)
    _ = subscriber.produced(atMost: 100)
    bench.feed.loading[0] = .ended
    let waiting = bench.feed.fail(after: 0)
    #expect(waiting.count == 1 && bench.feed.loading.isEmpty)
    subscriber.end(saying: Array("retry.".utf8))
    let (bytes, isEnd, _) = subscriber.produced(atMost: 100)
    #expect(bytes == Array("retry.".utf8) && isEnd && subscriber.position == 0)
    #expect(bench.feed.fail(after: 0).isEmpty)
  }

  @Test("a subscriber that left is not woken")
  func forgets() {
    let bench = FeedBench()
    let (gone, stays) = (bench.subscriber(), bench.subscriber())
    for subscriber in [gone, stays] { _ = subscriber.produced(atMost: 100) }
    bench.feed.forget(gone)
    let page = FakeSource(count: 1, isFinished: false).read(after: 0)
    let woken = bench.feed.take(page, after: 0)
    #expect(woken.map(ObjectIdentifier.init) == [ObjectIdentifier(stays)])
  }

  @Test("a topic that had ended is over for whoever stands at its end")
  func ended() {
    let bench = FeedBench()
    let subscriber = bench.subscriber(at: 3)
    _ = subscriber.produced(atMost: 100)
    let page = FakeSource(count: 3, isFinished: true).read(after: 3)
    #expect(bench.feed.take(page, after: 3).count == 1)
    let (bytes, isEnd, _) = subscriber.produced(atMost: 100)
    #expect(bytes.isEmpty && isEnd)
  }
}
