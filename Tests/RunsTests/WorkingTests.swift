import Contract
import Store
import Synchronization
import Testing
import Wire

@testable import Runs

@Suite(.timeLimit(.minutes(10))) struct WorkingTests {
  @Test("a calculation goes through its whole life, and all of it is told")
  func wholeLife() async throws {
    let test = try TestRunner()
    let view = try await test.finish(["input": "12 * (3 + 4)"])
    let story = try await test.story(view.runID)
    #expect(
      story.map(\.type).filter { $0 != RunEventType.token } == [
        "run.started", "step.started", "llm.called", "tool.called", "tool.result",
        "step.completed", "step.started", "llm.called", "step.completed", "run.completed",
      ])
    #expect(story.map(\.seq) == Array(1...Int64(story.count)))
    #expect(story.allSatisfy { $0.v == 1 && $0.runID == view.runID && $0.agentID == "main" })
    #expect(story.allSatisfy { !$0.redaction.containsSecrets })
    #expect(story.allSatisfy { ($0.stepID == "step_0") == $0.type.hasPrefix("run.") })
    let output = try #require(view.output)
    #expect(output.contains("12 * (3 + 4) = 84"))
    let tokens = story.filter { $0.type == RunEventType.token }
    #expect(tokens.map { $0.text("token") }.joined() == output)
    #expect(tokens.map { $0.payload["tokenIndex"] } == tokens.indices.map { .integer(Int64($0)) })
    #expect(view.status == .completed && view.phase == nil && view.error == nil)
    #expect(view.eventCount == 10 && view.toolCallCount == 1)
    #expect(view.startedAt != nil && view.endedAt != nil && view.durationMs == 0)
    #expect(test.runner.gauge.pending == 0 && test.runner.gauge.running == 0)
    #expect(try await test.number("SELECT count(*) FROM checkpoints") == 0)
  }

  @Test("every event of a calculation carries what its type promises")
  func payloads() async throws {
    let test = try TestRunner()
    let view = try await test.finish(["input": "12 * (3 + 4)"])
    let story = try await test.story(view.runID)
    func payload(_ type: String) throws -> WireValue {
      try #require(story.first { $0.type == type }).payload
    }
    #expect(try payload("run.started") == ["input": "12 * (3 + 4)"])
    #expect(try payload("step.started") == ["stepNumber": 1])
    let called = try payload("tool.called")
    #expect(called["toolName"] == "calculator" && called["tool_call_id"] != nil)
    #expect(called["args"] == ["expression": "12 * (3 + 4)"])
    let result = try payload("tool.result")
    #expect(result["toolName"] == "calculator" && result["isError"] == false)
    #expect(try payload("step.completed")["resultType"] == "tool_call")
    #expect(try payload("llm.called")["model"] == "builtin/extractive-1")
    let completed = try payload("run.completed")
    #expect(completed["output"] == view.output.map { .text($0) })
    #expect(completed["duration_ms"] == 0)
    #expect(completed["usage"] == view.usage?.wireValue())
    let totals = story.filter { $0.type == "llm.called" }.map { $0.payload["totalTokens"] }
    let sum = totals.reduce(into: Int64(0)) { sum, total in
      if case .integer(let count)? = total { sum += count }
    }
    #expect(view.usage?.totalTokens == sum && sum > 0)
  }

  /// A run that fails, and the code that says why.
  static let failures: [Named<(WireValue, String)>] = [
    Named(
      "a script that fails",
      (
        [
          "provider": "mock",
          "steps": [["tokens": ["a"]], ["fail": ["code": "BUSY", "message": "m"]]],
        ],
        "BUSY"
      )),
    Named("a script that is none", (["provider": "mock", "steps": "x"], "LLM_SCRIPT_INVALID")),
    Named("a provider without a key", (["provider": "openai"], "LLM_NOT_CONFIGURED")),
    Named("a provider that nobody knows", (["provider": "acme"], "LLM_NOT_CONFIGURED")),
    Named(
      "a model that nobody knows", (["provider": "builtin", "model": "x"], "LLM_NOT_CONFIGURED")),
  ]

  @Test("a run that cannot go on fails with a code, and says so last", arguments: failures)
  func fails(_ named: Named<(WireValue, String)>) async throws {
    let test = try TestRunner()
    var choice = named.row.0
    let steps = choice["steps"]
    choice["steps"] = nil
    let view = try await test.finish([
      "input": "go", "llm_config": choice, "metadata": ["mock": ["steps": steps ?? []]],
    ])
    #expect(view.status == .failed && view.error?.code == named.row.1 && view.output == nil)
    let last = try #require(try await test.story(view.runID).last)
    #expect(last.type == "run.failed" && last.payload["error"]?["code"] == .text(named.row.1))
    #expect(test.runner.gauge.running == 0)
  }

  @Test("what was said before a failure is told before it")
  func tellsBeforeFailing() async throws {
    let test = try TestRunner()
    let id = try await test.mock([
      ["tokens": ["a", "b"]], ["fail": ["code": "BUSY", "message": "m"]],
    ])
    _ = try await test.working { try await test.end(of: id) }
    let types = try await test.story(id).map(\.type)
    #expect(types == ["run.started", "step.started", "llm.token", "llm.token", "run.failed"])
  }

  @Test("tools are called as the script says; a tool that fails does not fail the run")
  func callsTools() async throws {
    let test = try TestRunner()
    let id = try await test.mock([
      ["call": ["tool": "calculator", "arguments": ["expression": "6*7"]]],
      ["call": ["tool": "calculator", "arguments": ["expression": "1/0"]]],
      ["call": ["tool": "nothing", "arguments": [:]]],
      ["tokens": ["done"]],
    ])
    let view = try await test.working { try await test.end(of: id) }
    #expect(view.status == .completed && view.output == "done" && view.toolCallCount == 3)
    let results = try await test.story(id).filter { $0.type == "tool.result" }
    #expect(results.map { $0.payload["isError"] } == [false, true, true])
    #expect(results.map { $0.payload["error"] == nil } == [true, false, false])
    #expect(results[0].text("result").contains("42"))
  }

  @Test("a run that does not answer within its steps fails")
  func tooLong() async throws {
    let test = try TestRunner { $0.stepsMax = 2 }
    let call: WireValue = ["call": ["tool": "clock", "arguments": [:]]]
    let id = try await test.mock([call, ["text": "a"], call, ["text": "b"], call, ["text": "c"]])
    let view = try await test.working { try await test.end(of: id) }
    #expect(view.error?.code == "RUN_TOO_LONG")
    #expect(try await test.story(id).count { $0.type == "step.started" } == 2)
  }

  @Test("a run that hangs ends at its timeout, not before")
  func timesOut() async throws {
    let test = try TestRunner()
    let id = try await test.mock([["tokens": ["a"]], ["hang": true]], timeout: 2500)
    let view = try await test.working {
      await test.time.someonePauses(for: .milliseconds(2500))
      for _ in 0..<2 {
        await test.time.someonePauses(for: .seconds(1))
        test.time.advance(by: .seconds(1))
      }
      await test.time.someonePauses(for: .seconds(1))
      #expect(try await test.read(id).status == .running)
      test.time.advance(by: .milliseconds(500))
      return try await test.end(of: id)
    }
    #expect(view.status == .failed && view.error?.code == "RUN_TIMEOUT")
    #expect(view.durationMs == 2500)
    #expect(
      try await test.story(id).map(\.type) == [
        "run.started", "step.started", "llm.token", "run.failed",
      ])
  }

  @Test("a run whose time is over before that of an earlier one ends at its own timeout")
  func timesOutBeforeOthers() async throws {
    let test = try TestRunner { $0.workers = 2 }
    let patient = try await test.mock([["hang": true]], session: "s_a", timeout: 50_000)
    try await test.working {
      await test.time.someonePauses(for: .seconds(50))
      let hasty = try await test.mock([["hang": true]], session: "s_b", timeout: 700)
      await test.time.someonePauses(for: .milliseconds(700))
      test.time.advance(by: .milliseconds(700))
      let view = try await test.end(of: hasty)
      #expect(view.error?.code == "RUN_TIMEOUT" && view.durationMs == 700)
      #expect(try await test.read(patient).status == .running)
      await test.time.someonePauses(for: .milliseconds(49_300))
      test.time.advance(by: .milliseconds(49_300))
      #expect(try await test.end(of: patient).error?.code == "RUN_TIMEOUT")
    }
  }

  @Test("a timeout that comes while the answer is written comes too late, and the next run goes on")
  func timesOutTooLate() async throws {
    let test = try TestRunner { $0.workers = 1 }
    let first = try await test.mock([["tokens": ["x"]]], session: "s_a", timeout: 700)
    let next = try await test.mock([["tokens": ["y"]]], session: "s_b")
    let rings = Mutex(0)
    test.doorbell.listen { [time = test.time] stream in
      guard stream == Runner.stream(of: first) else { return }
      // The first is the run's begin; the second comes after the commit of the answer, before
      // anybody has heard of it.
      let isAnswered = rings.withLock { rings in
        rings += 1
        return rings == 2
      }
      if isAnswered { time.advance(by: .milliseconds(700)) }
    }
    try await test.working {
      let (answered, followed) = (
        try await test.end(of: first), try await test.end(of: next)
      )
      #expect(answered.output == "x" && followed.output == "y")
    }
    #expect(try await test.story(first).last?.type == "run.completed")
    #expect(test.runner.gauge.running == 0 && test.runner.gauge.pending == 0)
  }

  @Test("secrets in what is asked are not in what is told")
  func redacts() async throws {
    let test = try TestRunner()
    let secret = "sk-0123456789abcdefghij"
    let view = try await test.finish([
      "input": .text("12 * (3 + 4) with \(secret)"),
      "llm_config": ["provider": "builtin"],
    ])
    let story = try await test.story(view.runID)
    let started = try #require(story.first)
    #expect(started.type == "run.started" && started.redaction.containsSecrets)
    #expect(started.text("input") == "12 * (3 + 4) with [redacted]")
    for event in story {
      #expect(!String(decoding: event.json(), as: UTF8.self).contains(secret))
    }
  }

  /// What a model says, and what is told of it.
  static let echoes: [Named<([WireValue], String)>] = [
    Named(
      "over three tokens", (["key: s", "k-0123456", "789abcdef", " ok"], "key: [redacted] ok")),
    Named("in one token", (["sk-0123456789abcdef", "."], "[redacted]")),
    Named("at the end", (["my sk-01", "23456789abcdef"], "my [redacted]")),
    Named("that is none", (["yes", " sk", "-"], "yes sk-")),
    Named("of one letter each", ("Bearer 0123456789".map { .text(String($0)) }, "[redacted]")),
  ]

  @Test("a secret in what a model says is told nowhere", arguments: echoes)
  func redactsTokens(_ named: Named<([WireValue], String)>) async throws {
    let (tokens, told) = named.row
    for limit in [1, 64] {
      let test = try TestRunner { $0.tokensPerWrite = limit }
      let id = try await test.mock([["tokens": .array(tokens)]])
      let view = try await test.working { try await test.end(of: id) }
      let story = try await test.story(id)
      let said = story.filter { $0.type == RunEventType.token }
      #expect(said.map { $0.text("token") }.joined() == told)
      #expect(view.output == told && story.last?.text("output") == told)
      let hasSecret = told.contains("[redacted]")
      #expect(said.contains { $0.redaction.containsSecrets } == hasSecret)
      #expect(story.last?.redaction.containsSecrets == hasSecret)
      #expect(
        try await test.number("SELECT count(*) FROM runs WHERE output LIKE '%0123456%'") == 0)
    }
  }

  @Test("a secret in a failure is told nowhere, and what was held back is told before it")
  func redactsFailures() async throws {
    let test = try TestRunner()
    let id = try await test.mock([
      ["tokens": ["wait", " b"]],
      ["fail": ["code": "BUSY", "message": "no Bearer 0123456789 here"]],
    ])
    let view = try await test.working { try await test.end(of: id) }
    #expect(view.error == RunError(code: "BUSY", message: "no [redacted] here", details: nil))
    let story = try await test.story(id)
    #expect(story.last?.payload == ["error": view.error?.wireValue() ?? .null])
    #expect(story.last?.redaction.containsSecrets == true)
    #expect(story.map { $0.text("token") }.joined() == "wait b")
  }

  @Test("an answer that was cut at its most tokens says so")
  func warnsOfCut() async throws {
    let test = try TestRunner()
    for (most, isCut) in [(1, true), (1000, false)] {
      let view = try await test.finish([
        "input": "12 * (3 + 4)",
        "llm_config": ["provider": "builtin", "max_tokens": .integer(Int64(most))],
      ])
      let story = try await test.story(view.runID)
      #expect(view.status == .completed)
      #expect(
        story.filter { $0.type == "run.warning" }.map { $0.text("code") }
          == (isCut ? ["OUTPUT_CUT"] : []))
      #expect(story[0].payload["config"]?["max_tokens"] == .integer(Int64(most)))
    }
  }

  @Test("a run that ended early says what its models cost until then", arguments: [true, false])
  func countsUsage(isCancelled: Bool) async throws {
    let test = try TestRunner()
    let id = try await test.mock(
      [["call": ["tool": "clock", "arguments": [:]]], ["hang": true]], timeout: 2500)
    let view = try await test.working {
      await test.time.someonePauses(for: .seconds(1))
      if isCancelled {
        _ = try await test.cancel(id)
      } else {
        test.time.advance(by: .milliseconds(2500))
      }
      return try await test.end(of: id)
    }
    let called = try #require(try await test.story(id).first { $0.type == "llm.called" })
    #expect(view.status == (isCancelled ? .cancelled : .failed))
    #expect(view.usage.map { .integer($0.totalTokens) } == called.payload["totalTokens"])
  }

  @Test("runs of a session follow one another, other sessions do not wait for them")
  func sessionOrder() async throws {
    let test = try TestRunner()
    let held = try await test.mock([["hang": true]], session: "s_a")
    let behind = try await test.mock([["tokens": ["x"]]], session: "s_a")
    let beside = try await test.mock([["tokens": ["y"]]], session: "s_b")
    try await test.working {
      #expect(try await test.end(of: beside).status == .completed)
      await test.time.someonePauses(for: .seconds(1))
      #expect(try await test.read(held).status == .running)
      #expect(try await test.read(behind).status == .pending)
      _ = try await test.cancel(held)
      #expect(try await test.end(of: behind).status == .completed)
    }
    #expect(try await test.read(held).status == .cancelled)
  }

  @Test("with four workers no two runs of a session overlap, and they keep their order")
  func manyRuns() async throws {
    let test = try TestRunner()
    var ids: [[RunID]] = [[], [], []]
    for _ in 0..<6 {
      for session in ids.indices {
        ids[session].append(
          try await test.mock([["tokens": ["x"]]], session: "s_\(session)"))
      }
    }
    try await test.working {
      for id in ids.joined() {
        let view = try await test.end(of: id)
        #expect(view.status == .completed)
      }
    }
    for session in ids {
      var lastEnd: Int64 = 0
      for id in session {
        let places = try await test.places(of: id)
        #expect(try #require(places.first) > lastEnd)
        lastEnd = try #require(places.last)
      }
    }
  }

  @Test("the summary of a session tells earlier runs of its own scope only")
  func sessionRuns() async throws {
    let test = try TestRunner()
    let strangers = [
      Scope(organisation: "o2", user: "u1", project: nil),
      Scope(organisation: "o1", user: "u2", project: nil),
      Scope(organisation: "o1", user: "u1", project: "p1"),
    ]
    for scope in strangers { try await test.create(["input": "7 * 7"], in: scope) }
    let other = try await test.create(["input": "8 * 8", "session_key": "s_other"])
    let own = try await test.create(["input": "12 * (3 + 4)"])
    let asking = try await test.create(["input": "summarise the last 9 runs"])
    let later = try await test.create(["input": "5 * 5"])
    let view = try await test.working { try await test.end(of: asking) }
    let output = try #require(view.output)
    #expect(output.contains(own.text) && output.contains("84") && output.contains("calculator"))
    #expect(!output.contains("7 * 7") && !output.contains(other.text + " "))
    #expect(!output.contains("5 * 5") && !output.contains(later.text))
    let result = try #require(try await test.story(asking).first { $0.type == "tool.result" })
    guard case .array(let runs)? = result.payload["result"] else {
      Issue.record("the tool gave no list")
      return
    }
    #expect(runs.map { $0["run_id"] } == [.text(own.text)])
  }
}

extension TestRunner {
  /// The places of a run's events in the whole log.
  fileprivate func places(of id: RunID) async throws -> [Int64] {
    let stream = Runner.stream(of: id)
    return try await database.read { (reader) throws(StoreError) in
      try reader.all(
        Int64.self, "SELECT seq FROM event_log WHERE stream = ?1 ORDER BY seq", .text(stream))
    }
  }
}
