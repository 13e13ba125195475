import Contract
import Store
import Synchronization
import Testing
import Wire

@testable import Accounts

struct ChatTests {
  private static func event(_ type: String, _ payload: WireValue = [:]) -> WireValue {
    ["type": .text(type), "step_id": "step_1", "payload": payload]
  }

  private static func types(_ events: [WireValue]) -> [String] {
    var transcript = ChatTranscript(of: "run_1")
    return events.flatMap { transcript.take($0) }.map(\.type)
  }

  @Test("what a message says stands between its start and its end")
  func frames() {
    #expect(
      Self.types([
        Self.event("run.started"), Self.event("llm.token", ["token": "a"]),
        Self.event("llm.token", ["token": "b"]), Self.event("llm.called"),
        Self.event("llm.token", ["token": "c"]), Self.event("run.completed", ["output": "c"]),
        Self.event("run.failed"),
      ]) == [
        "RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CONTENT",
        "TEXT_MESSAGE_END", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END",
        "RUN_FINISHED",
      ])
  }

  @Test("a turn that never began still begins, and every failure says why")
  func fails() {
    let cases: [(WireValue, String)] = [
      (Self.event("run.cancelled", ["reason": "enough"]), "enough"),
      (Self.event("run.cancelled"), "the run was cancelled"),
      (Self.event("run.failed", ["error": ["code": "X", "message": "broken"]]), "broken"),
      (Self.event("run.failed"), "the run failed"),
    ]
    for (event, words) in cases {
      var transcript = ChatTranscript(of: "run_1")
      let events = transcript.take(event)
      #expect(events.map(\.type) == ["RUN_STARTED", "RUN_ERROR"])
      #expect(events.last?.error == words)
      #expect(transcript.isOver && transcript.giveUp("late").isEmpty)
    }
  }

  @Test("tools are told by name, and their results as text")
  func tools() {
    var transcript = ChatTranscript(of: "run_1")
    let results: [(WireValue, String?)] = [
      (["toolName": "t", "result": "42"], "42"),
      (["toolName": "t", "result": ["a": 1]], #"{"a":1}"#),
      (["toolName": "t", "result": nil, "error": "no"], "no"), (["toolName": "t"], nil),
    ]
    for (payload, words) in results {
      let told = transcript.take(Self.event("tool.result", payload)).last
      #expect(told?.toolName == "t" && told?.result == words)
    }
  }

  @Test("a feed that begins anywhere goes on as the whole one would", arguments: 0...7)
  func resumes(_ position: Int64) async throws {
    let events = [
      Self.event("run.started"), Self.event("step.started"),
      Self.event("llm.token", ["token": "a"]), Self.event("llm.token", ["token": "b"]),
      Self.event("llm.called"), Self.event("step.completed"),
      Self.event("run.completed", ["output": "ab"]),
    ]
    let feed = ChatFeed(run: "run_1", source: Script(events: events))
    let whole = try await feed.page(after: 0, limit: 100)
    let rest = try await feed.page(after: position, limit: 100)
    // What an event becomes is given whole, also what has the position before it.
    var transcript = ChatTranscript(of: "run_1")
    var expected: [ChatEvent] = []
    for (index, event) in events.enumerated() {
      let told = transcript.take(event)
      if index >= position { expected += told }
    }
    #expect(rest.items.map(\.event) == expected.map { StoredJSON(encoding: $0) })
    #expect(rest.isLast && rest.position == 7)
    #expect(whole.items.map(\.position) == whole.items.map(\.position).sorted())
  }

  @Test("a turn that takes two minutes is ended, and answered as an error")
  func isBounded() async throws {
    let test = try TestRegistrar()
    let runs = Hanging()
    let desk = ChatDesk(test.registrar, runs)
    guard case .taskOrFeed(let answer, _) = ChatDesk.methods[0].bind(desk) else {
      Issue.record("the row has another kind")
      return
    }
    let principal = Principal(
      kind: .session, id: "u1", permissions: [.write], organisation: "org_1", user: "u1")
    let call = Call(
      context: CallContext(
        head: CallHead(principal: principal, scope: nil), correlationID: .given("c"), claim: nil),
      body: .json(Array(#"{"message":"hello"}"#.utf8)))
    let began = test.time.now.milliseconds
    let reply = try await answer(call)
    #expect(reply.status == 200)
    let value = try WireValue(json: reply.body)
    #expect(value["output"] == "")
    guard case .array(let events)? = value["events"] else {
      Issue.record("there are no events")
      return
    }
    #expect(events.map { $0["type"] } == ["RUN_STARTED", "RUN_ERROR"])
    #expect(runs.stopped.load(ordering: .relaxed) == 1)
    #expect(test.time.now.milliseconds - began >= 120_000)
  }
}

/// A run whose events are all there.
private struct Script: FeedSource {
  let events: [WireValue]

  nonisolated(nonsending) func page(
    after position: Int64, limit: Int
  ) async throws(Fault) -> FeedPage {
    let rest = events.enumerated().dropFirst(Int(position)).prefix(limit)
    return FeedPage(
      items: rest.map {
        FeedItem(position: Int64($0.offset) + 1, event: StoredJSON(encoding: $0.element))
      }, position: Int64(events.count), isLast: true)
  }
}

/// Runs that never say anything.
private final class Hanging: ChatRuns {
  let stopped = Atomic<Int>(0)
  private let signal = WorkSignal()

  nonisolated(nonsending) func begin(
    _ turn: ChatTurn, _ claim: IdempotencyClaim?,
    also: @escaping @Sendable (_ run: String, borrowing Transaction) throws(Fault) -> Void
  ) async throws(Fault) -> (run: String, session: String, isReplayed: Bool) {
    ("run_1", turn.sessionKey, false)
  }

  func events(of run: String) -> (stream: String, source: any FeedSource) {
    ("run:\(run)", Silent())
  }

  func join(_ stream: String) -> WorkSignal { signal }
  func leave(_ stream: String) {}

  nonisolated(nonsending) func stop(_ run: String, of turn: ChatTurn) async throws(Fault) {
    stopped.add(1, ordering: .relaxed)
  }

  private struct Silent: FeedSource {
    nonisolated(nonsending) func page(
      after position: Int64, limit: Int
    ) async throws(Fault) -> FeedPage { FeedPage(items: [], position: position, isLast: false) }
  }
}
