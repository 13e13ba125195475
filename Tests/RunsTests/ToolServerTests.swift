import Models
import Store
import Synchronization
import Testing
import Wire

@testable import Runs

@Suite("One server of tools", .timeLimit(.minutes(10)))
struct ToolServerTests {
  /// What was noted of a server, in its order.
  final class Notes: Sendable {
    private let state = Mutex<[ToolServerNews]>([])
    let changed = WorkSignal()

    func add(_ news: ToolServerNews) {
      state.withLock { $0.append(news) }
      changed.ring()
    }

    /// The names of the tools of each list.
    var lists: [[String]] {
      state.withLock { news in
        news.compactMap { if case .listed(let tools) = $0 { tools.map(\.name) } else { nil } }
      }
    }

    var failures: [(MCPFailure, again: Duration)] {
      state.withLock { news in
        news.compactMap { if case .failed(let why, let again) = $0 { (why, again) } else { nil } }
      }
    }

    func wait(until holds: (Notes) -> Bool) async {
      while !Task.isCancelled {
        let seen = changed.rings
        if holds(self) { return }
        await changed.wait(past: seen)
      }
    }
  }

  /// A server over links that are made one after the other, in a time that stands still.
  struct Stage {
    let time = TestTime()
    let notes = Notes()
    let server: ToolServer

    init(_ links: [FakeLink], outgoingMax: Int = 256) {
      let waiting = Mutex(links[...])
      let (time, notes) = (time, notes)
      var limits = ToolServerLimits()
      limits.outgoingMax = outgoingMax
      server = ToolServer(
        ToolServer.Setup(
          connect: { () throws(MCPFailure) -> any MCPLink in
            guard let link = waiting.withLock({ $0.popFirst() }) else {
              throw .unavailable("no more links")
            }
            return link
          }, pausing: time, clock: time, version: "1", limits: limits, note: { notes.add($0) }))
    }

    /// Does something while the server is kept.
    func working(_ body: @Sendable () async throws -> Void) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.work() }
        defer { server.stop() }
        try await body()
      }
    }
  }

  private static let done: WireValue = ["content": [["type": "text", "text": "done"]]]

  /// A server that answers every call.
  private static func answering() -> FakeLink {
    .offering(["a"]) { method, id in method == "tools/call" ? [FakeLink.answer(id, done)] : [] }
  }

  @Test("it begins, tells its tools, and answers calls")
  func answers() async throws {
    let link = Self.answering()
    let stage = Stage([link])
    try await stage.working {
      let result = try await stage.server.call("a", ["x": 1])
      #expect(result.value == .text("done"))
      await stage.notes.wait { $0.lists == [["a"]] }
      #expect(link.told("tools/call").first?["params"] == ["name": "a", "arguments": ["x": 1]])
      #expect(
        link.told.prefix(2).map { $0["method"] } == ["initialize", "notifications/initialized"])
    }
    #expect(link.isClosed && stage.notes.failures.isEmpty)
  }

  @Test("a call without an answer is given up after a minute")
  func timesOut() async throws {
    let link = FakeLink.offering(["a"])
    let stage = Stage([link])
    try await stage.working {
      async let failure = #expect(throws: MCPFailure.timedOut) {
        try await stage.server.call("a", [:])
      }
      await link.wasTold("tools/call")
      await stage.time.someonePauses(for: .seconds(60))
      stage.time.advance(by: .seconds(60))
      _ = await failure
      await link.wasTold("notifications/cancelled")
      let call = try #require(link.told("tools/call").first)
      #expect(link.told("notifications/cancelled").first?["params"]?["requestId"] == call["id"])
    }
    #expect(stage.notes.failures.isEmpty)
  }

  @Test("a call that nobody wants any more is given up at once")
  func givesUp() async throws {
    let link = FakeLink.offering(["a"])
    let stage = Stage([link])
    try await stage.working {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await #expect(throws: MCPFailure.cancelled) { try await stage.server.call("a", [:]) }
        }
        await link.wasTold("tools/call")
        group.cancelAll()
      }
      await link.wasTold("notifications/cancelled")
    }
  }

  @Test("the end of a connection is the end of its calls, and another is begun")
  func beginsAnew() async throws {
    let (first, second) = (FakeLink.offering(["a"]), Self.answering())
    let stage = Stage([first, second])
    try await stage.working {
      async let failure = #expect(throws: MCPFailure.unavailable("gone")) {
        try await stage.server.call("a", [:])
      }
      await first.wasTold("tools/call")
      first.end(.unavailable("gone"))
      _ = await failure
      // What stood is begun anew at once.
      await stage.time.someonePauses(for: .zero)
      stage.time.advance(by: .zero)
      let result = try await stage.server.call("a", [:])
      #expect(result.value == .text("done"))
    }
    #expect(first.isClosed && stage.notes.failures.map(\.again) == [.zero])
  }

  @Test("one that does not stand is begun anew ever more seldom")
  func backsOff() async throws {
    let stage = Stage([])
    let delays: [Duration] = [1, 1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) }
    try await stage.working {
      for (index, delay) in delays.enumerated() {
        await stage.notes.wait { $0.failures.count == index + 1 }
        await #expect(throws: MCPFailure.unavailable("no more links")) {
          try await stage.server.call("a", [:])
        }
        await stage.time.someonePauses(for: delay)
        stage.time.advance(by: delay)
      }
    }
    #expect(stage.notes.failures.prefix(delays.count).map(\.again) == delays)
  }

  @Test("one that does not begin has failed after half a minute")
  func timesOutTheBegin() async throws {
    let link = FakeLink { _, _ in [] }
    let stage = Stage([link])
    try await stage.working {
      for _ in 0...10 {
        await stage.time.someonePauses(for: .seconds(3))
        stage.time.advance(by: .seconds(3))
      }
      await stage.notes.wait { !$0.failures.isEmpty }
      #expect(stage.notes.failures.first?.0 == .timedOut && link.isClosed)
    }
  }

  @Test("a list that changes is asked for again")
  func relists() async throws {
    let count = Atomic(0)
    let link = FakeLink { method, id in
      switch method {
      case "initialize":
        return [
          FakeLink.answer(id, ["protocolVersion": "2025-06-18", "capabilities": ["tools": [:]]])
        ]
      case "tools/list":
        let number = count.add(1, ordering: .relaxed).newValue
        return [FakeLink.answer(id, ["tools": [FakeLink.tool("t\(number)")]])]
      default: return []
      }
    }
    let stage = Stage([link])
    try await stage.working {
      await stage.notes.wait { $0.lists == [["t1"]] }
      link.say(["jsonrpc": "2.0", "method": "notifications/tools/list_changed"])
      await stage.notes.wait { $0.lists == [["t1"], ["t2"]] }
      await stage.server.refresh()
      #expect(stage.notes.lists == [["t1"], ["t2"], ["t3"]])
    }
  }

  @Test("a server that asks more than is answered has failed")
  func boundsQuestions() async throws {
    let link = FakeLink.offering([], blocks: true)
    let stage = Stage([link], outgoingMax: 4)
    try await stage.working {
      await stage.notes.wait { $0.lists == [[]] }
      for number in 0..<9 {
        link.say(["jsonrpc": "2.0", "id": .integer(Int64(number)), "method": "ping"])
      }
      await stage.notes.wait { !$0.failures.isEmpty }
      #expect(stage.notes.failures.first?.0 == .malformed("more questions than can be answered"))
    }
  }
}
