import Contract
import Testing

@testable import Gateway

@Suite("Feeds by what they are and by their stream")
struct FeedTableTests {
  @Test("the first feed of a stream and the last are told from the others")
  func firstAndLast() {
    var table = FeedTable()
    let (one, other) = (FeedBench().feed, FeedBench(format: .jsonSequence).feed)
    #expect(table.isEmpty && table.reading("run:a").isEmpty)
    let areFirst = [table.add(one), table.add(other)]
    #expect(areFirst == [true, false])
    #expect(table[one.key] === one && table[other.key] === other)
    #expect(table.reading("run:a").count == 2 && table.reading("run:b").isEmpty)
    let wasLast = table.remove(one)
    #expect(!wasLast && table[one.key] == nil && table.reading("run:a").first === other)
    let wasLastThen = table.remove(other)
    #expect(wasLastThen)
    #expect(table.isEmpty && table.reading("run:a").isEmpty)
  }

  @Test("a loop hears once of a stream that it watches, and of no other")
  func hears() throws {
    let loop = try EventLoop()
    loop.watch("run:a")
    for stream in ["run:b", "run:a", "run:a"] { loop.post(.grew(stream, at: 7)) }
    #expect(heard(loop) == ["run:a"])
    loop.post(.grew("run:a", at: 8))
    #expect(heard(loop) == ["run:a"])
    loop.unwatch("run:a")
    loop.post(.grew("run:a", at: 9))
    #expect(heard(loop).isEmpty && !loop.hasWork)
  }

  private func heard(_ loop: EventLoop) -> [String] {
    var orders: [LoopOrder] = []
    loop.takeOrders(&orders)
    return orders.compactMap { if case .grew(let stream, _) = $0 { stream } else { nil } }
  }
}
