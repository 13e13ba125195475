import Contract
import Store
import Synchronization
import Testing
import Wire

@testable import Runs

@Suite(.timeLimit(.minutes(10))) struct CancellingTests {
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

  @Test("the first wish counts also where it has no reason")
  func firstWishWithoutReason() async throws {
    let test = try TestRunner()
    let id = try await test.mock([["hang": true]])
    try await test.change(
      "UPDATE runs SET status = 'running', lease_owner = 'other', cancel_requested_at = 1")
    _ = try await test.cancel(id, reason: "second")
    #expect(try await test.number("SELECT count(*) FROM runs WHERE cancel_reason IS NULL") == 1)
  }

  /// Runs that end by themselves, and how.
  static let lives: [Named<(WireValue, RunStatus)>] = [
    Named("an answer", (["input": "Tell me a story."], .completed)),
    Named("tools, then an answer", (["input": "1+1, 2+2"], .completed)),
    Named(
      "a failure",
      (script([["tokens": ["a", "b"]], ["fail": ["code": "X", "message": "m"]]]), .failed)),
    Named(
      "a model that is not there", (["input": "x", "llm_config": ["provider": "openai"]], .failed)),
  ]

  private static func script(_ steps: WireValue) -> WireValue {
    ["input": "x", "llm_config": ["provider": "mock"], "metadata": ["mock": ["steps": steps]]]
  }

  @Test(
    "a wish between any two writes of a run is refused, or the run is cancelled", arguments: lives)
  func everyBoundary(_ named: Named<(WireValue, RunStatus)>) async throws {
    let (input, status) = named.row
    var (acknowledged, refused) = (0, 0)
    while true {
      // Every token is a write of its own, so that there is a boundary at each.
      let test = try TestRunner { $0.tokensPerWrite = 1 }
      let id = try await test.create(input)
      let wish = LateWish(after: acknowledged + refused + 1, on: id, of: test)
      let view = try await test.working { try await test.end(of: id) }
      let last = try await test.story(id).last?.type
      switch await wish.answer() {
      case .success:
        acknowledged += 1
        #expect(view.status == .cancelled && view.output == nil && view.error == nil)
        #expect(last == "run.cancelled")
      case .failure(let fault):
        refused += 1
        #expect(["RUN_NOT_CANCELLABLE", "RUN_ALREADY_FINISHED"].contains(fault.name))
        #expect(view.status == status)
      case nil:
        // The run had no more writes: all boundaries were tried.
        #expect(view.status == status && acknowledged > 0)
        #expect(refused == 1)
        return
      }
      #expect(test.runner.gauge.running == 0)
    }
  }
}

/// A wish to cancel that comes between one write of a run and the next, whatever the run does.
private final class LateWish: Sendable {
  private let writes: Atomic<Int>
  private let given = Mutex<Result<Void, Fault>?>(nil)
  private let signal = WorkSignal()

  init(after writes: Int, on id: RunID, of test: TestRunner) {
    self.writes = Atomic(writes)
    // The bell rings on the writer's thread, before the worker learns of its write.
    test.doorbell.listen { [self, database = test.database, runner = test.runner] _ in
      guard self.writes.subtract(1, ordering: .relaxed).newValue == 0 else { return }
      database.writeThen { (transaction) throws(Fault) in
        try runner.cancel(
          id, CancelWish(by: "tok_1", reason: "late"), in: TestRunner.scope, transaction)
      } completion: { result in
        self.given.withLock { $0 = result }
        self.signal.ring()
      }
    }
  }

  /// What became of the wish; nil when the run ended before its time came.
  func answer() async -> Result<Void, Fault>? {
    guard writes.load(ordering: .relaxed) <= 0 else { return nil }
    await signal.wait(past: 0)
    return given.withLock { $0 }
  }
}
