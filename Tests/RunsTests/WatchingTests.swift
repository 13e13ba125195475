import Contract
import Testing
import Wire

@testable import Runs

@Suite(.timeLimit(.minutes(10))) struct WatchingTests {
  /// The plan of a reply that opens.
  private static func plan(_ reply: FeedReply) throws -> FeedPlan {
    guard case .open(let plan) = reply else { throw NotOpen() }
    return plan
  }

  private struct NotOpen: Error {}

  @Test("a stream greets with everything that its subscriber needs to come back")
  func greets() async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "x"])
    let plan = try Self.plan(try await test.watch(id))
    let greeting = try StreamGreeting(json: plan.greeting.bytes)
    #expect(greeting.runID == id && greeting.clientID.hasPrefix("c_"))
    #expect(greeting.ts == test.time.now && greeting.cursor == "0")
    #expect(greeting.epoch == "e1" && greeting.recovered && greeting.status == .pending)
    #expect(plan.position == 0 && plan.topic.stream == "run:\(id.text)")
    #expect("\(plan.eventName)" == "run.event")
  }

  /// Where a subscriber of a run of ten events says it is, and where it begins; nil when the stream
  /// is over for it.
  struct Place: Sendable {
    var cursor: WireValue = nil
    var lastEventID: String?
    let position: Int64?
    var isRecovered = true
  }

  static let places: [Named<Place>] = [
    Named("nowhere", Place(position: 0)),
    Named("at the beginning", Place(cursor: "earliest", position: 0)),
    Named("inside", Place(cursor: "4", position: 4)),
    Named("inside, in this epoch", Place(cursor: "4@e1", position: 4)),
    Named("inside, by header", Place(lastEventID: "5", position: 5)),
    Named("the header goes first", Place(cursor: "4", lastEventID: "5", position: 5)),
    Named("an empty header is none", Place(lastEventID: "", position: 0)),
    Named("in another epoch", Place(cursor: "4@e0", position: 0, isRecovered: false)),
    Named(
      "in another epoch, by header", Place(lastEventID: "9@e0", position: 0, isRecovered: false)),
    Named(
      "behind the end of another epoch",
      Place(cursor: "99@e0", position: 0, isRecovered: false)),
    Named("at the end", Place(lastEventID: "END", position: nil)),
    Named("for news only", Place(cursor: "latest", position: nil)),
  ]

  @Test(
    "a subscriber of a finished run begins where it was, or is told that it has all",
    arguments: places)
  func begins(_ named: Named<Place>) async throws {
    let place = named.row
    let test = try TestRunner()
    let id = try await test.finish(["input": "12 * (3 + 4)"]).runID
    let end = String(try await test.story(id).count)
    let lastEventID = place.lastEventID.map { $0 == "END" ? end : $0 }
    let reply = try await test.watch(id, ["cursor": place.cursor], lastEventID: lastEventID)
    guard let position = place.position else {
      guard case .finished = reply else {
        Issue.record("the stream opened")
        return
      }
      return
    }
    let plan = try Self.plan(reply)
    let greeting = try StreamGreeting(json: plan.greeting.bytes)
    #expect(plan.position == position && greeting.cursor == String(position))
    #expect(greeting.recovered == place.isRecovered && greeting.status == .completed)
  }

  @Test("news of a run that goes on begin at its end, and the stream stays open")
  func latest() async throws {
    let test = try TestRunner()
    let id = try await test.mock([["tokens": ["a"]], ["hang": true]])
    try await test.working {
      await test.time.someonePauses(for: .seconds(1))
      let plan = try Self.plan(try await test.watch(id, ["cursor": "latest"]))
      #expect(plan.position == 3)
      let page = try await plan.source.page(after: 3, limit: 10)
      #expect(page.items.isEmpty && page.position == 3 && !page.isLast)
    }
  }

  @Test(
    "a cursor that is none, or lies in the future, is refused",
    arguments: ["x", "-1", "99", "99@e1"])
  func refusesCursors(_ cursor: String) async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "x"])
    let given = await #expect(throws: Fault.self) {
      try await test.watch(id, ["cursor": .text(cursor)])
    }
    let header = await #expect(throws: Fault.self) {
      try await test.watch(id, lastEventID: cursor)
    }
    #expect(given?.name == "CURSOR_INVALID" && header == given)
  }

  @Test("the pages of a finished run are all of its events, and the last one says so")
  func pages() async throws {
    let test = try TestRunner()
    let id = try await test.finish(["input": "12 * (3 + 4)"]).runID
    let story = try await test.events(id, ["include_tokens": true, "limit": 1000]).events
    let plan = try Self.plan(try await test.watch(id))
    for limit in [1, 3, story.count - 1, story.count, story.count + 1] {
      var (position, events, isLast) = (Int64(0), [WireValue](), false)
      while !isLast {
        let page = try await plan.source.page(after: position, limit: limit)
        #expect(!page.items.isEmpty && page.items.count <= limit && page.position > position)
        #expect(page.items.last?.position == page.position)
        events += page.items.map(\.event.value)
        (position, isLast) = (page.position, page.isLast)
      }
      #expect(events == story.map(\.value) && position == Int64(story.count))
    }
  }

  @Test("a filter passes over what it leaves out, to the very end")
  func filters() async throws {
    let test = try TestRunner()
    let id = try await test.finish(["input": "12 * (3 + 4)"]).runID
    let count = Int64(try await test.story(id).count)
    let plan = try Self.plan(try await test.watch(id, ["type": ["tool.*"]]))
    let all = try await plan.source.page(after: 0, limit: 10)
    #expect(all.items.map { $0.event.value["type"] } == ["tool.called", "tool.result"])
    #expect(all.position == count && all.isLast)
    let one = try await plan.source.page(after: 0, limit: 1)
    #expect(one.items.count == 1 && one.position == one.items[0].position && !one.isLast)
  }

  /// A filter, the last event that passed it for a reader, and whether more passes it after that.
  static let remains: [Named<(WireValue, Int64, Bool)>] = [
    Named("before its last event", (["tool.*"], 4, true)),
    Named("at its last event", (["tool.*"], 5, false)),
    Named("behind its last event", (["tool.*"], 6, false)),
    Named("nothing ever", (["user.injected"], 0, false)),
  ]

  @Test(
    "a reader of a finished run who has all that its filter lets through is told so",
    arguments: remains)
  func filteredEnd(_ named: Named<(WireValue, Int64, Bool)>) async throws {
    let (types, position, isMore) = named.row
    let test = try TestRunner()
    let id = try await test.finish(["input": "12 * (3 + 4)"]).runID
    let story = try await test.story(id)
    #expect(story[3].type == "tool.called" && story[4].type == "tool.result")
    let cursor: WireValue = .text(String(position))
    switch try await test.watch(id, ["type": types, "cursor": cursor]) {
    case .open: #expect(isMore)
    case .finished: #expect(!isMore)
    }
    let elsewhere = try await test.watch(id, ["type": types, "cursor": "9@e0"])
    #expect(try !StreamGreeting(json: Self.plan(elsewhere).greeting.bytes).recovered)
  }

  @Test("filters of one meaning share a topic, others do not")
  func topics() async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "x"])
    func topic(_ types: WireValue) async throws -> FeedTopic {
      try Self.plan(try await test.watch(id, ["type": types])).topic
    }
    #expect(try await topic(["run.*", "tool.*"]) == topic(["tool.*", "run.*"]))
    #expect(try await topic([]) != topic(["tool.*"]))
  }
}
