import Contract
import Testing
import Wire

@testable import Runs

@Suite(.timeLimit(.minutes(10))) struct ReadingTests {
  static let strangers: [Named<Scope>] = [
    Named("another organisation", Scope(organisation: "o2", user: "u1", project: "p1")),
    Named("another user", Scope(organisation: "o1", user: "u2", project: "p1")),
    Named("another project", Scope(organisation: "o1", user: "u1", project: "p2")),
    Named("no project", Scope(organisation: "o1", user: "u1", project: nil)),
  ]

  @Test("a run of another scope does not exist, whatever is asked", arguments: strangers)
  func strangerScope(_ named: Named<Scope>) async throws {
    let test = try TestRunner()
    let own = Scope(organisation: "o1", user: "u1", project: "p1")
    let id = try await test.create(["input": "secret"], in: own)
    let expected = Runner.notFound(id)
    await #expect(throws: expected) { try await test.read(id, in: named.row) }
    await #expect(throws: expected) { try await test.events(id, in: named.row) }
    await #expect(throws: expected) { try await test.watch(id, in: named.row) }
    await #expect(throws: expected) { try await test.cancel(id, in: named.row) }
    #expect(try await test.list(["session_key": "s_default"], in: named.row).total == 0)
    #expect(try await test.read(id, in: own).status == .pending)
    #expect(try await test.list(["session_key": "s_default"], in: own).total == 1)
  }

  @Test("a scope with a project does not see a run without one")
  func missingProject() async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "hello"])
    let scope = Scope(organisation: "o1", user: "u1", project: "p1")
    await #expect(throws: Runner.notFound(id)) { try await test.read(id, in: scope) }
  }

  @Test("a finished run is remembered for its own scope, once it was read")
  func remembers() async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "hello"])
    let reference = RunReference(runID: id)
    _ = try await test.read(id)
    #expect(test.runner.remembered(reference, TestRunner.context().head) == nil)
    _ = try await test.cancel(id)
    #expect(test.runner.remembered(reference, TestRunner.context().head) == nil)
    let view = try await test.read(id)
    let remembered = test.runner.remembered(reference, TestRunner.context().head)
    #expect(remembered?.body(.json, title: "") == view.json())
    for stranger in Self.strangers where stranger.row != TestRunner.scope {
      #expect(test.runner.remembered(reference, TestRunner.context(stranger.row).head) == nil)
    }
  }

  @Test("an answer up to the limit is remembered, a longer one is read again", arguments: [32, 33])
  func remembersSmall(_ bytes: Int) async throws {
    let test = try TestRunner { $0.finishedOutputBytesMax = 32 }
    let id = try await test.mock([["generate": ["count": 1, "bytes": .integer(Int64(bytes))]]])
    _ = try await test.working { try await test.end(of: id) }
    #expect(try await test.read(id).output?.utf8.count == bytes)
    let kept = test.runner.remembered(RunReference(runID: id), TestRunner.context().head)
    #expect((kept != nil) == (bytes <= 32))
  }

  @Test("a list tells everything of a run, but an answer that is too long", arguments: [32, 33])
  func listsShort(_ characters: Int64) async throws {
    let test = try TestRunner { $0.listedOutputMax = 32 }
    let id = try await test.mock([["generate": ["count": 1, "bytes": .integer(characters)]]])
    let view = try await test.working { try await test.end(of: id) }
    let listed = try await test.list(["session_key": "s_default"]).runs
    var whole = view.wireValue()
    if characters > 32 { whole["output"] = .null }
    #expect(listed.map { $0.wireValue() } == [whole])
  }

  @Test("the runs of a session are listed newest first, page by page")
  func lists() async throws {
    let test = try TestRunner()
    var ids: [RunID] = []
    for _ in 0..<5 {
      ids.append(try await test.create(["input": "x", "session_key": "s_a"]))
    }
    try await test.create(["input": "x", "session_key": "s_b"])
    let newest = Array(ids.reversed())
    for (number, expected) in [(1, newest[0..<2]), (2, newest[2..<4]), (3, newest[4..<5]), (4, [])]
    {
      let page = try await test.list([
        "session_key": "s_a", "page": .integer(Int64(number)), "limit": 2,
      ])
      #expect(page.runs.map(\.runID) == Array(expected))
      #expect(page.total == 5 && page.page == Int64(number) && page.limit == 2)
    }
  }

  @Test("events are listed from a cursor on, and say where to go on")
  func pagesEvents() async throws {
    let test = try TestRunner()
    let id = try await test.finish(["input": "12 * (3 + 4)"]).runID
    let all = try await test.events(id)
    #expect(all.total == 10 && all.events.count == 10 && !all.hasMore)
    var (cursor, collected) = ("0", [WireValue]())
    var isMore = true
    while isMore {
      let page = try await test.events(id, ["cursor": .text(cursor), "limit": 4])
      #expect(page.total == all.total && page.events.count <= 4)
      collected += page.events.map(\.value)
      cursor = try #require(page.nextCursor)
      isMore = page.hasMore
    }
    #expect(collected == all.events.map(\.value))
    let rest = try await test.events(id, ["cursor": .text(cursor)])
    #expect(rest.events.isEmpty && rest.nextCursor == nil && !rest.hasMore)
  }

  /// What is asked of the events, and the types that come.
  static let filters: [Named<(WireValue, [String])>] = [
    Named("a type", (["type": ["run.started"]], ["run.started"])),
    Named("a family", (["type": ["tool.*"]], ["tool.called", "tool.result"])),
    Named(
      "two",
      (["type": ["run.*", "tool.result"]], ["run.started", "tool.result", "run.completed"])),
    Named("nothing like it", (["type": ["user.injected"]], [])),
  ]

  @Test("events are filtered by type", arguments: filters)
  func filtersEvents(_ named: Named<(WireValue, [String])>) async throws {
    let test = try TestRunner()
    let id = try await test.finish(["input": "12 * (3 + 4)"]).runID
    let page = try await test.events(id, named.row.0)
    #expect(page.events.map { $0.value["type"] } == named.row.1.map { .text($0) })
    #expect(page.total == Int64(named.row.1.count))
  }

  @Test("tokens are listed for those who ask for them, and for nobody else")
  func listsTokens() async throws {
    let test = try TestRunner()
    let id = try await test.finish(["input": "12 * (3 + 4)"]).runID
    let tokens = try await test.events(id, ["type": ["llm.token"], "include_tokens": true])
    #expect(try await test.events(id, ["type": ["llm.token"]]).total == 0)
    let all = try await test.events(id, ["include_tokens": true])
    #expect(tokens.total > 0 && all.total == 10 + tokens.total)
  }

  @Test("types that are none are refused")
  func refusesTypes() async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "x"])
    for types: WireValue in [["Tool.*"], ["%"], .array(Array(repeating: "run.*", count: 9))] {
      let events = await #expect(throws: Fault.self) { try await test.events(id, ["type": types]) }
      let watch = await #expect(throws: Fault.self) { try await test.watch(id, ["type": types]) }
      #expect(events?.details == [Fault.Detail("field", "type")])
      #expect(watch == events)
    }
  }
}
