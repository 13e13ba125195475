import Contract
import Testing
import Wire

@testable import Runs

@Suite(.timeLimit(.minutes(10))) struct CreatingTests {
  @Test("a created run waits in the queue, with everything at its default")
  func creates() async throws {
    let test = try TestRunner()
    let id = try await test.create(["input": "hello"])
    let view = try await test.read(id)
    #expect(view.runID == id && view.sessionKey == .standard && view.agentID == "main")
    #expect(view.status == .pending && view.phase == .queued && view.createdAt == test.time.now)
    #expect(view.startedAt == nil && view.endedAt == nil && view.durationMs == nil)
    #expect(view.eventCount == 0 && view.toolCallCount == 0)
    #expect(view.output == nil && view.error == nil && view.usage == nil)
    #expect(try await test.story(id).isEmpty)
    #expect(test.runner.gauge.pending == 1 && test.runner.gauge.running == 0)
  }

  @Test("the same idempotency key gives the same run")
  func createsOnce() async throws {
    let test = try TestRunner()
    let claim = IdempotencyClaim(key: "k", fingerprint: [1])
    let first = try await test.create(["input": "hello"], claim: claim)
    let second = try await test.create(["input": "hello"], claim: claim)
    #expect(first == second)
    #expect(try await test.number("SELECT count(*) FROM runs") == 1)
    #expect(test.runner.gauge.pending == 1)
  }

  @Test("a full queue refuses one more, writes nothing, and has room again later")
  func queueFull() async throws {
    let test = try TestRunner { $0.queueMax = 2 }
    let first = try await test.create(["input": "1"])
    try await test.create(["input": "2"])
    let claim = IdempotencyClaim(key: "k", fingerprint: [1])
    let fault = await #expect(throws: Fault.self) {
      try await test.create(["input": "3"], claim: claim)
    }
    #expect(fault?.code == .unavailable && fault?.name == "QUEUE_FULL")
    #expect(fault?.retryAfterSeconds != nil)
    #expect(try await test.number("SELECT count(*) FROM runs") == 2)
    #expect(test.runner.gauge.pending == 2)
    _ = try await test.cancel(first)
    try await test.create(["input": "3"], claim: claim)
    #expect(test.runner.gauge.pending == 2)
  }

  @Test("metadata up to its limit is taken, one byte more is not", arguments: [4096, 4097])
  func metadata(_ bytes: Int) async throws {
    let test = try TestRunner()
    // {"k":""} takes eight bytes.
    let metadata: WireValue = ["k": .text(String(repeating: "x", count: bytes - 8))]
    #expect(metadata.json().count == bytes)
    let input: WireValue = ["input": "hello", "metadata": metadata]
    if bytes <= RunLimits().metadataBytesMax {
      try await test.create(input)
    } else {
      let fault = await #expect(throws: Fault.self) { try await test.create(input) }
      #expect(fault?.code == .invalid)
      #expect(fault?.details == [Fault.Detail("field", "metadata")])
      #expect(try await test.number("SELECT count(*) FROM runs") == 0)
    }
  }

  static let inputs: [Named<(WireValue, Bool)>] = [
    Named("least", (["input": "x"], true)),
    Named("empty", (["input": ""], false)),
    Named("none", ([:], false)),
    Named("longest", (["input": .text(String(repeating: "é", count: 100_000))], true)),
    Named("too long", (["input": .text(String(repeating: "x", count: 100_001))], false)),
    Named("a session", (["input": "x", "session_key": "s_A_9"], true)),
    Named("no session", (["input": "x", "session_key": "s_"], false)),
    Named("a session with a hyphen", (["input": "x", "session_key": "s_a-b"], false)),
    Named("coldest", (["input": "x", "llm_config": ["provider": "a", "temperature": 0]], true)),
    Named("hottest", (["input": "x", "llm_config": ["provider": "a", "temperature": 2]], true)),
    Named(
      "too hot", (["input": "x", "llm_config": ["provider": "a", "temperature": 2.1]], false)),
    Named("no provider", (["input": "x", "llm_config": ["model": "a"]], false)),
    Named("no tokens", (["input": "x", "llm_config": ["provider": "a", "max_tokens": 0]], false)),
    Named("shortest timeout", (["input": "x", "timeout_ms": 1], true)),
    Named("no timeout", (["input": "x", "timeout_ms": 0], false)),
    Named("longest timeout", (["input": "x", "timeout_ms": 3_600_000], true)),
    Named("too long a timeout", (["input": "x", "timeout_ms": 3_600_001], false)),
    Named("an unknown field", (["input": "x", "colour": "red"], false)),
  ]

  @Test("an input is taken or refused by its limits", arguments: inputs)
  func inputLimits(_ named: Named<(WireValue, Bool)>) throws {
    let (input, isTaken) = named.row
    if isTaken {
      _ = try CreateRun(json: input.json())
    } else {
      #expect(throws: DecodeError.self) { try CreateRun(json: input.json()) }
    }
  }

  static let limits: [Named<(@Sendable (inout RunLimits) -> Void, Int)>] = [
    Named("defaults", ({ _ in }, 0)),
    Named("no queue", ({ $0.queueMax = 0 }, 1)),
    Named("no workers", ({ $0.workers = 0 }, 0)),
    Named("too many workers", ({ $0.workers = 257 }, 1)),
    Named("fewer workers than none", ({ $0.workers = -1 }, 1)),
    Named("a lease as short as its heartbeat", ({ $0.heartbeatEvery = $0.leaseMax }, 1)),
    Named("no steps, no tokens", ({ ($0.stepsMax, $0.tokensPerWrite) = (0, 0) }, 2)),
  ]

  @Test("limits that cannot hold together are told", arguments: limits)
  func limitProblems(_ named: Named<(@Sendable (inout RunLimits) -> Void, Int)>) {
    var limits = RunLimits()
    named.row.0(&limits)
    #expect(limits.problems().count == named.row.1)
  }
}
