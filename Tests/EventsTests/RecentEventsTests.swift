import Contract
import Store
import Testing
import Wire

@testable import Events

@Suite struct RecentEventsTests {
  private static let types = [
    "run.started", "llm.token", "tool.called", "tool.result", "llm.token",
  ]

  // swift-format-ignore
  static let filters: [(types: [String], excluded: String?)] = [
    ([],                        nil),
    ([],                        "llm.token"),
    (["tool.*"],                nil),
    (["tool.result", "llm.*"],  nil),
    (["llm.token"],             "llm.token"),
    (["llm"],                   nil),
    (["tool"],                  nil),
  ]

  /// A log whose stream has `count` events, written some at a time.
  private static func log(_ count: Int) async throws -> TestLog {
    let test = try TestLog()
    for start in stride(from: 0, to: count, by: 7) {
      try await test.append(
        (start..<min(start + 7, count)).map {
          .sample(type: types[$0 % types.count], [.integer(Int64($0))])
        })
    }
    return test
  }

  @Test("the end of a stream is what the store says, at every position", arguments: filters)
  func agrees(_ row: (types: [String], excluded: String?)) async throws {
    let test = try await Self.log(40)
    let filter = try #require(EventFilter(types: row.types, excluding: row.excluded))
    for position in 0...40 as ClosedRange<Int64> {
      for limit in [1, 3, 100] {
        let stored = try await test.items(after: position, limit: limit, filter: filter)
        let page = try #require(
          test.log.recent.page(of: "run:a", after: position, limit: limit, filter: filter))
        #expect(page.items.map(\.sequence) == stored.map(\.sequence))
        #expect(page.items.map(\.event) == stored.map(\.event))
        let isFull = stored.count == limit
        #expect(page.position == (isFull ? stored.last?.sequence : 40))
        #expect(page.lastType == (page.position == 40 ? Self.types[39 % 5] : nil))
      }
    }
  }

  @Test("what is not remembered is for the store to say")
  func forgets() async throws {
    let count = RecentEvents.eventsMax + 10
    let test = try await Self.log(count)
    let all = try #require(EventFilter(types: []))
    func page(_ position: Int64, _ stream: String = "run:a") -> RecentPage? {
      test.log.recent.page(of: stream, after: position, limit: 1000, filter: all)
    }
    #expect(page(0) == nil && page(9) == nil)
    #expect(page(10)?.items.count == RecentEvents.eventsMax)
    #expect(page(Int64(count))?.items.isEmpty == true)
    #expect(page(Int64(count) + 1) == nil && page(0, "run:b") == nil)
  }

  @Test("no stream takes more than its bytes, and no more streams than there is room for")
  func isBounded() async throws {
    let recent = RecentEvents()
    let all = try #require(EventFilter(types: []))
    let text = StoredJSON(encoding: WireValue.text(String(repeating: "x", count: 1_000)))
    func event(_ number: Int) -> RecentEvent {
      RecentEvent(type: "a.b", item: StreamItem(sequence: Int64(number), event: text))
    }
    for number in 1...50 { recent.add([event(number)], to: "run:a") }
    #expect(recent.page(of: "run:a", after: 10, limit: 100, filter: all) == nil)
    #expect(recent.page(of: "run:a", after: 40, limit: 100, filter: all)?.items.count == 10)
    for number in 1...RecentEvents.streamsMax { recent.add([event(1)], to: "run:\(number)") }
    #expect(recent.page(of: "run:a", after: 50, limit: 100, filter: all) == nil)
    #expect(recent.page(of: "run:1", after: 0, limit: 100, filter: all)?.items.count == 1)
  }

  @Test("events that somebody else wrote leave no gap behind them")
  func hasNoGap() throws {
    let recent = RecentEvents()
    let all = try #require(EventFilter(types: []))
    for number in [1, 2, 5, 6] as [Int64] {
      recent.add(
        [
          RecentEvent(
            type: "a.b", item: StreamItem(sequence: number, event: StoredJSON(encoding: "")))
        ],
        to: "run:a")
    }
    #expect(recent.page(of: "run:a", after: 1, limit: 9, filter: all) == nil)
    #expect(recent.page(of: "run:a", after: 3, limit: 9, filter: all) == nil)
    #expect(
      recent.page(of: "run:a", after: 4, limit: 9, filter: all)?.items.map(\.sequence) == [5, 6])
  }

  @Test("a write that is taken back leaves nothing")
  func forgetsUndone() async throws {
    let test = try await Self.log(3)
    let log = test.log
    let fault = await #expect(throws: Fault.self) {
      try await test.database.write { (transaction) throws(Fault) in
        try Fault.translating { () throws(StoreError) in
          try log.append([.sample()], in: transaction)
        }
        throw Fault(.conflict, "no")
      }
    }
    #expect(fault?.code == .conflict)
    let all = try #require(EventFilter(types: []))
    #expect(log.recent.page(of: "run:a", after: 3, limit: 9, filter: all)?.items.isEmpty == true)
    #expect(log.recent.page(of: "run:a", after: 4, limit: 9, filter: all) == nil)
  }
}
