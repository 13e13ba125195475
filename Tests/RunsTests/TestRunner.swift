import Contract
import Events
import Models
import Store
import Testing
import Wire

@testable import Runs

/// The domain of runs over a database of its own, in a time that stands still.
struct TestRunner {
  let database: Database
  let time = TestTime()
  let runner: Runner
  /// Rings when a run's events have grown.
  let grown = WorkSignal()
  private let identifiers = CountingIdentifiers()
  let doorbell = Doorbell()

  static let epoch = LogEpoch("e1")
  static let scope = Scope(organisation: "o1", user: "u1", project: nil)

  init(
    providers: any ModelSource = ModelProviders.keyless,
    _ change: (inout RunLimits) -> Void = { _ in }
  ) throws {
    database = try Database(
      at: .ephemeral(in: "/tmp"),
      migrations: EventMigrations.all + RunMigrations.all + RosterMigrations.all
        + ProviderMigrations.all + RunMigrations.later + RosterMigrations.later
        + FeishuMigrations.all + ProviderMigrations.later + EventMigrations.later,
      configuration: .standard, monotonic: { 0 }, observe: { _ in })
    var limits = RunLimits()
    change(&limits)
    let grown = grown
    doorbell.listen { _ in grown.ring() }
    runner = Runner(
      RunnerSetup(
        database: database, log: EventLog(doorbell: doorbell, observe: nil), epoch: Self.epoch,
        providers: providers, wallClock: time, clock: time, pausing: time,
        identifiers: identifiers, limits: limits, node: "node_1"))
  }

  /// The domain as another process would have it, after the first is gone.
  func successor() -> Runner {
    let setup = runner.setup
    return Runner(
      RunnerSetup(
        database: database, log: setup.log, epoch: setup.epoch, providers: setup.providers,
        wallClock: time, clock: time, pausing: time, identifiers: identifiers,
        limits: setup.limits, node: "node_2"))
  }

  static func context(
    _ scope: Scope = scope, claim: IdempotencyClaim? = nil, lastEventID: String? = nil
  ) -> CallContext {
    CallContext(
      head: CallHead(
        principal: Principal(kind: .token, id: "tok_1", permissions: [.read, .write]), scope: scope,
        lastEventID: lastEventID),
      correlationID: .given("c1"), claim: claim)
  }
}

/// The methods, with inputs as callers write them.
extension TestRunner {
  @discardableResult
  func create(
    _ input: WireValue, in scope: Scope = scope, claim: IdempotencyClaim? = nil
  ) async throws -> RunID {
    let input = try CreateRun(json: input.json())
    let outcome: Result<ChangeAnswer, Fault> = try await withCheckedThrowingContinuation {
      continuation in
      do {
        try runner.create(input, Self.context(scope, claim: claim)) {
          continuation.resume(returning: $0)
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
    return try #require(outcome.get().value as? RunAccepted).runID
  }

  /// Creates a run of the provider `mock` with these steps.
  func mock(
    _ steps: WireValue, session: String = "s_default", timeout: Int64 = 60_000
  ) async throws -> RunID {
    try await create([
      "input": "go", "session_key": .text(session), "timeout_ms": .integer(timeout),
      "llm_config": ["provider": "mock"], "metadata": ["mock": ["steps": steps]],
    ])
  }

  func read(_ id: RunID, in scope: Scope = scope) async throws -> RunView {
    let input: WireValue = ["run_id": .text(id.text)]
    return try await runner.read(RunReference(json: input.json()), Self.context(scope))
  }

  func cancel(
    _ id: RunID, reason: String? = nil, in scope: Scope = scope
  ) async throws -> RunCancelled {
    let input: WireValue = ["run_id": .text(id.text), "reason": reason.map { .text($0) } ?? .null]
    return try await runner.cancel(CancelRun(json: input.json()), Self.context(scope)).value
  }

  func children(of id: RunID) async throws -> [RunView] {
    let input: WireValue = ["run_id": .text(id.text)]
    return try await runner.children(RunReference(json: input.json()), Self.context()).runs
  }

  func list(_ query: WireValue, in scope: Scope = scope) async throws -> SessionRunsPage {
    try await runner.list(SessionRunsQuery(json: query.json()), Self.context(scope))
  }

  func events(
    _ id: RunID, _ query: WireValue = [:], in scope: Scope = scope
  ) async throws -> RunEventsPage {
    var query = query
    query["run_id"] = .text(id.text)
    return try await runner.events(RunEventsQuery(json: query.json()), Self.context(scope))
  }

  /// Every event of the run, the models' tokens among them.
  func story(_ id: RunID) async throws -> [RunEvent] {
    let page = try await events(id, ["include_tokens": true, "limit": 1000])
    #expect(!page.hasMore)
    return try page.events.map { stored throws(DecodeError) in try RunEvent(json: stored.bytes) }
  }

  func watch(
    _ id: RunID, _ query: WireValue = [:], lastEventID: String? = nil, in scope: Scope = scope
  ) async throws -> FeedReply {
    var query = query
    query["run_id"] = .text(id.text)
    return try await runner.watch(
      WatchRun(json: query.json()), Self.context(scope, lastEventID: lastEventID))
  }
}

/// Work, and waiting for what comes of it.
extension TestRunner {
  /// Runs `body` while workers work; they are called off when it ends.
  func working<Result>(
    _ runner: Runner? = nil, _ body: () async throws -> Result
  ) async throws -> Result {
    let runner = runner ?? self.runner
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runner.work() }
      defer { group.cancelAll() }
      return try await body()
    }
  }

  /// The run once `condition` holds.
  func wait(
    for id: RunID, until condition: (RunView) -> Bool
  ) async throws -> RunView {
    while true {
      let seen = grown.rings
      let view = try await read(id)
      if condition(view) { return view }
      await grown.wait(past: seen)
      try Task.checkCancellation()
    }
  }

  /// The run once it has ended.
  func end(of id: RunID) async throws -> RunView {
    try await wait(for: id) { $0.status.isFinal }
  }

  /// Creates a run and sees it to its end.
  func finish(_ input: WireValue) async throws -> RunView {
    let id = try await create(input)
    return try await working { try await end(of: id) }
  }

  /// Changes what lies in the store, as another process would.
  func change(_ statements: StaticString...) async throws {
    try await database.write { (transaction) throws(StoreError) in
      for statement in statements { try transaction.execute(statement) }
    }
  }

  /// The first integer that a statement gives.
  func number(_ statement: StaticString) async throws -> Int64? {
    try await database.read { (reader) throws(StoreError) in
      try reader.first(Int64.self, statement)
    }
  }
}

extension RunEvent {
  /// The payload's member as text; empty when it is none.
  func text(_ name: String) -> String {
    if case .text(let text)? = payload[name] { text } else { "" }
  }
}
