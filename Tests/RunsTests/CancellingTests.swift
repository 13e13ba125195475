import Contract
import Testing
import Wire

@testable import Runs

@Suite(.timeLimit(.minutes(1))) struct CancellingTests {
  @Test("a waiting run is cancelled at once, and the queue is shorter")
  func cancelsPending() async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "x"])
    let receipt = try await test.cancel(id, reason: "not needed")
    #expect(receipt.success && receipt.runID == id)
    let view = try await test.read(id)
    #expect(view.status == .cancelled && view.phase == nil && view.startedAt == nil)
    #expect(view.endedAt == test.time.now && view.durationMs == 0 && view.eventCount == 1)
    let story = try await test.story(id)
    #expect(story.map(\.type) == ["run.cancelled"])
    #expect(story[0].payload == ["reason": "not needed", "by": "tok_1"])
    #expect(test.runner.gauge.pending == 0)
  }

  @Test("a cancelled run is not executed")
  func staysCancelled() async throws {
    let test = try TestRunner()
    let cancelled = try await test.create(["input": "x"])
    let next = try await test.create(["input": "y"])
    _ = try await test.cancel(cancelled)
    _ = try await test.working { try await test.end(of: next) }
    #expect(try await test.story(cancelled).map(\.type) == ["run.cancelled"])
  }

  @Test("a hanging run ends when it is cancelled, with the reason and nothing after it")
  func cancelsRunning() async throws {
    let test = try TestRunner()
    let id = try await test.mock([["tokens": ["a"]], ["hang": true]])
    let view = try await test.working {
      await test.time.someonePauses(for: .seconds(1))
      #expect(try await test.cancel(id, reason: "enough").success)
      return try await test.end(of: id)
    }
    #expect(view.status == .cancelled && view.error == nil && view.output == nil)
    let story = try await test.story(id)
    #expect(story.map(\.type) == ["run.started", "step.started", "llm.token", "run.cancelled"])
    #expect(story.last?.payload == ["reason": "enough", "by": "tok_1"])
    #expect(test.runner.gauge.running == 0)
  }

  @Test("a wish that came between the claim and the work is heard")
  func hearsEarlyWish() async throws {
    let test = try TestRunner()
    let id = try await test.mock([["hang": true]])
    try await test.change("UPDATE runs SET cancel_requested_at = 1, cancel_reason = 'early'")
    let view = try await test.working { try await test.end(of: id) }
    #expect(view.status == .cancelled)
    #expect(try await test.story(id).last?.text("reason") == "early")
  }

  @Test(
    "a run that has ended cannot be cancelled", arguments: ["completed", "failed", "cancelled"])
  func refusesFinished(_ status: String) async throws {
    let test = try TestRunner()
    let id: RunID
    switch status {
    case "completed": id = try await test.finish(["input": "1+1"]).runID
    case "failed":
      id = try await test.finish(["input": "x", "llm_config": ["provider": "openai"]]).runID
    default:
      id = try await test.create(["input": "x"])
      _ = try await test.cancel(id)
    }
    let before = try await test.story(id).count
    let fault = await #expect(throws: Fault.self) { try await test.cancel(id) }
    #expect(fault?.code == .conflict && fault?.name == "RUN_ALREADY_FINISHED")
    #expect(fault?.details == [Fault.Detail("status", .text(status))])
    #expect(try await test.story(id).count == before)
  }

  @Test("a run that writes its answer cannot be cancelled")
  func refusesFinalizing() async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "x"])
    try await test.change("UPDATE runs SET status = 'running', phase = 'finalizing'")
    let fault = await #expect(throws: Fault.self) { try await test.cancel(id) }
    #expect(fault?.code == .conflict && fault?.name == "RUN_NOT_CANCELLABLE")
    #expect(try await test.number("SELECT count(*) FROM runs WHERE cancel_requested_at > 0") == 0)
  }

  @Test("a run that is nowhere cannot be cancelled")
  func refusesUnknown() async throws {
    let test = try TestRunner()
    let id = try #require(RunID(checking: "run_nowhere"))
    await #expect(throws: Runner.notFound(id)) { try await test.cancel(id) }
  }

  @Test("the first of two wishes counts")
  func firstWish() async throws {
    let test = try TestRunner()
    let id = try await test.mock([["hang": true]])
    // Without workers here, as if another process had the run.
    try await test.change("UPDATE runs SET status = 'running', lease_owner = 'other'")
    _ = try await test.cancel(id, reason: "first")
    _ = try await test.cancel(id, reason: "second")
    #expect(
      try await test.number("SELECT count(*) FROM runs WHERE cancel_reason = 'first'") == 1)
  }
}
