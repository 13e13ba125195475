import Contract
import Store
import Testing
import Wire

@testable import Runs

@Suite(.timeLimit(.minutes(10))) struct RecoveringTests {
  /// A run that has called a tool, and hangs in its second step when its worker goes.
  private static func abandoned(
    _ test: TestRunner, then steps: [WireValue] = [["tokens": ["done"]]], timeout: Int64 = 60_000
  ) async throws -> RunID {
    let call: WireValue = ["call": ["tool": "calculator", "arguments": ["expression": "6*7"]]]
    let id = try await test.mock(.array([call, ["delay_ms": 777]] + steps), timeout: timeout)
    try await test.working { await test.time.someonePauses(for: .milliseconds(777)) }
    let view = try await test.read(id)
    #expect(view.status == .running && view.toolCallCount == 1)
    return id
  }

  @Test("a run with a checkpoint goes on where it was, and calls no tool twice")
  func resumes() async throws {
    let test = try TestRunner()
    let id = try await Self.abandoned(test)
    let successor = test.successor()
    let view = try await test.working(successor) {
      await test.time.someonePauses(for: .milliseconds(777))
      test.time.advance(by: .milliseconds(777))
      return try await test.end(of: id)
    }
    #expect(view.status == .completed && view.output == "done" && view.toolCallCount == 1)
    let story = try await test.story(id)
    #expect(story.map(\.seq) == Array(1...Int64(story.count)))
    #expect(story.count { $0.type == "run.started" } == 1)
    let resumed = try #require(story.first { $0.type == "run.resumed" })
    #expect(resumed.payload == ["checkpoint_step_id": "step_1", "orphaned_tool_calls": []])
    let later = story.drop { $0.type != "run.resumed" }.dropFirst().map(\.type)
    #expect(
      later == ["step.started", "llm.token", "llm.called", "step.completed", "run.completed"])
    #expect(view.eventCount == Int64(story.count { $0.type != "llm.token" }))
    #expect(successor.gauge.pending == 0 && successor.gauge.running == 0)
  }

  @Test("a run's time counts from its first start, however often it is taken up")
  func countsFromFirstStart() async throws {
    let test = try TestRunner()
    let id = try await Self.abandoned(test, then: [["hang": true]])
    test.time.advance(by: .seconds(20))
    let successor = test.successor()
    let view = try await test.working(successor) {
      await test.time.someonePauses(for: .seconds(40))
      await test.time.someonePauses(for: .milliseconds(777))
      test.time.advance(by: .milliseconds(39_999))
      await test.time.someonePauses(for: .seconds(1))
      #expect(try await test.read(id).status == .running)
      test.time.advance(by: .milliseconds(1))
      return try await test.end(of: id)
    }
    #expect(view.error?.code == "RUN_TIMEOUT" && view.durationMs == 60_000)
  }

  @Test("a run whose time was over while nobody worked is not taken up again")
  func timesOutUnattended() async throws {
    let test = try TestRunner()
    let id = try await Self.abandoned(test)
    test.time.advance(by: .seconds(60))
    let view = try await test.working(test.successor()) { try await test.end(of: id) }
    #expect(view.status == .failed && view.error?.code == "RUN_TIMEOUT")
    #expect(try await test.story(id).allSatisfy { $0.type != "run.resumed" })
  }

  @Test("a run whose time is over while it waits to be taken up again fails then")
  func timesOutWaiting() async throws {
    let test = try TestRunner()
    let id = try await Self.abandoned(test)
    await test.runner.recover(untilLease: .distantFuture)
    #expect(try await test.read(id).status == .pending)
    test.time.advance(by: .seconds(60))
    let view = try await test.working(test.successor()) { try await test.end(of: id) }
    #expect(view.error?.code == "RUN_TIMEOUT")
    #expect(try await test.story(id).count { $0.type == "step.started" } == 2)
  }

  @Test("a clock that was set back gives a run no more than its time")
  func survivesClockChange() async throws {
    let test = try TestRunner()
    let id = try await Self.abandoned(test, then: [["hang": true]])
    try await test.change("UPDATE runs SET started_at = started_at + 3600000")
    let view = try await test.working(test.successor()) {
      await test.time.someonePauses(for: .seconds(60))
      test.time.advance(by: .seconds(60))
      return try await test.end(of: id)
    }
    #expect(view.error?.code == "RUN_TIMEOUT")
  }

  @Test("an answer that was kept is told after the worker is gone, without asking again")
  func completesKeptAnswer() async throws {
    let test = try TestRunner()
    let id = try await Self.abandoned(test)
    try await test.change("UPDATE runs SET phase = 'finalizing', output = 'kept'")
    #expect(try await test.read(id).output == nil)
    let view = try await test.working(test.successor()) { try await test.end(of: id) }
    #expect(view.status == .completed && view.output == "kept" && view.phase == nil)
    let story = try await test.story(id)
    #expect(story.last?.type == "run.completed" && story.last?.text("output") == "kept")
    #expect(!story.contains { $0.type == "run.resumed" })
  }

  /// What the worker left, and how the run ends for it.
  static let endings: [Named<(StaticString, RunStatus, String)>] = [
    Named(
      "a call that was not finished",
      ("UPDATE checkpoints SET unfinished_call = 'call_1'", .failed, "RUN_INTERRUPTED")),
    Named("no checkpoint", ("DELETE FROM checkpoints", .failed, "RUN_INTERRUPTED")),
    Named(
      "a checkpoint that does not read",
      ("UPDATE checkpoints SET state = '{'", .failed, "RUN_INTERRUPTED")),
    Named(
      "a checkpoint of another form",
      ("UPDATE checkpoints SET state = '{\"steps_done\":1}'", .failed, "RUN_INTERRUPTED")),
    Named(
      "a wish to cancel",
      ("UPDATE runs SET cancel_requested_at = 1, cancel_reason = 'r'", .cancelled, "")),
  ]

  @Test("a run that cannot go on ends, and says why", arguments: endings)
  func ends(_ named: Named<(StaticString, RunStatus, String)>) async throws {
    let (damage, status, code) = named.row
    let test = try TestRunner()
    let id = try await Self.abandoned(test)
    try await test.change(damage)
    let successor = test.successor()
    let view = try await test.working(successor) { try await test.end(of: id) }
    #expect(view.status == status && (view.error?.code ?? "") == code)
    let story = try await test.story(id)
    #expect(story.last?.type == (status == .failed ? "run.failed" : "run.cancelled"))
    #expect(!story.contains { $0.type == "run.resumed" })
    #expect(try await test.number("SELECT count(*) FROM checkpoints") == 0)
    #expect(successor.gauge.running == 0)
  }

  @Test("a run whose lease holds is left alone, one whose lease is over is not")
  func respectsLeases() async throws {
    let test = try TestRunner()
    let id = try await Self.abandoned(test)
    let lease = test.runner.setup.limits.leaseMax
    let almost = Timestamp(milliseconds: test.time.now.milliseconds + lease.milliseconds - 1)
    await test.runner.recover(untilLease: almost)
    #expect(try await test.read(id).status == .running)
    await test.runner.recover(untilLease: Timestamp(milliseconds: almost.milliseconds + 1))
    #expect(try await test.read(id).status == .pending)
    #expect(test.runner.gauge.pending == 1 && test.runner.gauge.running == 0)
  }

  @Test("more abandoned runs than one transaction takes are all recovered")
  func recoversMany() async throws {
    let test = try TestRunner()
    for number in 0..<201 { try await test.create(["input": "x", "session_key": "s_\(number)"]) }
    try await test.change(
      "UPDATE runs SET status = 'running', lease_owner = 'gone', lease_expires_at = 0",
      "UPDATE run_counts SET value = CASE name WHEN 'running' THEN 201 ELSE 0 END",
      "UPDATE tenant_queues SET pending = 0, running = 201")
    await test.runner.recover(untilLease: test.time.now)
    #expect(try await test.number("SELECT count(*) FROM runs WHERE status = 'failed'") == 201)
    #expect(test.runner.gauge.pending == 0 && test.runner.gauge.running == 0)
  }

  @Test("the reaper finds a run that another process lost, and forgets answers that are over")
  func reaps() async throws {
    let test = try TestRunner()
    let id = try await Self.abandoned(test, timeout: 3_000_000)
    let claim = IdempotencyClaim(key: "k", fingerprint: [1])
    let kept = try await test.create(["input": "x", "session_key": "s_kept"], claim: claim)
    try await test.change("UPDATE kept_answers SET expires_at = 1")
    let reaping = test.successor()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await reaping.reap() }
      defer { group.cancelAll() }
      let every = reaping.setup.limits.reapEvery
      await test.time.someonePauses(for: every)
      test.time.advance(by: reaping.setup.limits.leaseMax)
      _ = try await test.wait(for: id) { $0.status == .pending }
      await test.time.someonePauses(for: every)
    }
    #expect(try await test.number("SELECT count(*) FROM kept_answers") == 0)
    #expect(try await test.read(kept).status == .pending)
  }

  @Test("a worker whose lease was taken writes nothing more, and takes other runs")
  func losesLease() async throws {
    let test = try TestRunner { $0.workers = 1 }
    let lost = try await test.mock([["hang": true]], session: "s_a", timeout: 3_000_000)
    let next = try await test.mock([["tokens": ["x"]]], session: "s_b")
    try await test.working {
      await test.time.someonePauses(for: .seconds(1))
      await test.time.someonePauses(for: test.runner.setup.limits.heartbeatEvery)
      try await test.change("UPDATE runs SET lease_owner = 'other' WHERE session_key = 's_a'")
      test.time.advance(by: test.runner.setup.limits.heartbeatEvery)
      #expect(try await test.end(of: next).status == .completed)
    }
    #expect(try await test.read(lost).status == .running)
    #expect(try await test.story(lost).map(\.type) == ["run.started", "step.started"])
  }

  @Test("a process that stood still for longer than its leases goes on with its runs")
  func survivesStandstill() async throws {
    let test = try TestRunner()
    let limits = test.runner.setup.limits
    let id = try await test.mock(
      [["tokens": ["a"]], ["delay_ms": 100_000], ["tokens": ["b"]]], timeout: 3_000_000)
    let view = try await test.working {
      let everybody = [.milliseconds(100_000), limits.heartbeatEvery, limits.reapEvery]
      for pause in everybody { await test.time.someonePauses(for: pause) }
      test.time.advance(by: limits.leaseMax + .seconds(1))
      for pause in everybody { await test.time.someonePauses(for: pause) }
      #expect(try await test.read(id).status == .running)
      test.time.advance(by: .milliseconds(100_000))
      return try await test.end(of: id)
    }
    #expect(view.status == .completed && view.output == "ab")
    let types = try await test.story(id).map(\.type)
    #expect(!types.contains("run.resumed") && types.count { $0 == "step.started" } == 1)
    #expect(types.count { $0 == "llm.token" } == 2)
  }

  @Test("of two takings by one process only the later one writes")
  func fencesItself() async throws {
    let test = try TestRunner()
    let id = try await test.mock(
      [["tokens": ["a"]], ["delay_ms": 777], ["tokens": ["b"]]], timeout: 3_000_000)
    let view = try await test.working {
      await test.time.someonePauses(for: .milliseconds(777))
      try await test.change(
        "UPDATE runs SET status = 'pending', phase = 'queued', lease_owner = NULL",
        "UPDATE run_counts SET value = CASE name WHEN 'pending' THEN 1 ELSE 0 END",
        "UPDATE tenant_queues SET pending = 1, running = 0")
      test.runner.signal.ring()
      await test.time.someonePauses(for: .milliseconds(777), count: 2)
      test.time.advance(by: .milliseconds(777))
      return try await test.end(of: id)
    }
    #expect(view.status == .completed && view.output == "ab")
    let story = try await test.story(id)
    #expect(story.count { $0.text("token") == "b" } == 1)
    #expect(story.count { $0.type == "run.completed" } == 1)
    #expect(test.runner.gauge.running == 0 && test.runner.gauge.pending == 0)
  }

  @Test("a wish that another process took is heard with the next sign of life")
  func hearsWishOfOthers() async throws {
    let test = try TestRunner()
    let id = try await test.mock([["hang": true]], timeout: 3_000_000)
    let view = try await test.working {
      await test.time.someonePauses(for: .seconds(1))
      await test.time.someonePauses(for: test.runner.setup.limits.heartbeatEvery)
      try await test.change("UPDATE runs SET cancel_requested_at = 1, cancel_by = 'tok_2'")
      test.time.advance(by: test.runner.setup.limits.heartbeatEvery)
      return try await test.end(of: id)
    }
    #expect(view.status == .cancelled)
    #expect(try await test.story(id).last?.payload == ["by": "tok_2"])
  }

  @Test("a worker that lives keeps its lease")
  func keepsLease() async throws {
    let test = try TestRunner()
    let id = try await test.mock([["hang": true]], timeout: 3_000_000)
    try await test.working {
      await test.time.someonePauses(for: .seconds(1))
      let every = test.runner.setup.limits.heartbeatEvery
      for _ in 0..<5 {
        await test.time.someonePauses(for: every)
        test.time.advance(by: every)
        await test.time.someonePauses(for: every)
      }
      let view = try await test.read(id)
      #expect(view.status == .running)
    }
    let end = try await test.number("SELECT lease_expires_at FROM runs")
    #expect(end == test.time.now.milliseconds + RunLimits().leaseMax.milliseconds)
  }
}
