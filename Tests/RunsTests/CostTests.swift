import Contract
import Models
import Store
import Testing
import Wire

@testable import Runs

@Suite("What runs cost", .timeLimit(.minutes(10))) struct CostTests {
  private static let priced = PricedSource(prices: .sample)
  /// What a turn costs.
  private static let turn: Int64 = 3500

  private static func events(
    _ type: String, of id: RunID, _ test: TestRunner
  ) async throws -> [WireValue] {
    try await test.story(id).filter { $0.type == type }.map(\.payload)
  }

  @Test("a run costs what its turns do, and says so wherever its usage stands")
  func addsUp() async throws {
    let test = try TestRunner(providers: Self.priced)
    let view = try await test.finish(["input": "sums"])
    #expect(view.status == .completed && view.usage?.costMicroUSD == 5 * Self.turn)
    #expect(view.usage?.totalTokens == 5500)
    let calls = try await Self.events("llm.called", of: view.runID, test)
    #expect(calls.map { $0["cost_micro_usd"] } == Array(repeating: .integer(Self.turn), count: 5))
    let completed = try await Self.events("run.completed", of: view.runID, test)
    #expect(completed.first?["usage"] == view.usage?.wireValue())
    #expect(completed.first?["usage"]?["cost_micro_usd"] == .integer(5 * Self.turn))
  }

  @Test("what has no price costs nothing, and its turns do not say what they cost")
  func costsNothing() async throws {
    let test = try TestRunner(providers: PricedSource())
    let view = try await test.finish(["input": "sums", "limits": ["max_cost_micro_usd": 1]])
    #expect(view.status == .completed && view.usage?.costMicroUSD == 0)
    let calls = try await Self.events("llm.called", of: view.runID, test)
    #expect(calls.count == 5 && calls.allSatisfy { $0["cost_micro_usd"] == nil })
  }

  @Test("no usage is more than can be paid")
  func ends() async throws {
    let dearest = Dollars(clamping: .max)
    let source = PricedSource(
      prices: TokenPrices(input: dearest, output: dearest),
      usage: Usage(promptTokens: 1_000_000_000, completionTokens: 1_000_000_000))
    let test = try TestRunner(providers: source)
    for _ in 0..<2 {
      let view = try await test.finish(["input": "sums"])
      #expect(view.status == .completed && view.usage?.costMicroUSD == Dollars.most.micros)
    }
    #expect(try await test.number("SELECT cost FROM tenant_usage") == Dollars.most.micros)
  }

  // swift-format-ignore
  static let budgets: [Named<(limit: Int64, steps: Int64, isEnough: Bool)>] = [
    Named("one millionth is used up by the first turn", (1, 1, false)),
    Named("what a turn costs is used up by it",         (3500, 1, false)),
    Named("a millionth more is used up by the second",  (3501, 2, false)),
    Named("what all turns cost is enough for them",     (17_500, 5, true)),
    Named("what the turns before the last cost is not", (14_000, 4, false)),
  ]

  @Test("a run that has cost what it may begins no other step", arguments: budgets)
  func isSpent(_ row: Named<(limit: Int64, steps: Int64, isEnough: Bool)>) async throws {
    let test = try TestRunner(providers: Self.priced)
    let view = try await test.finish(
      ["input": "sums", "limits": ["max_cost_micro_usd": .integer(row.row.limit)]])
    let used = row.row.steps * Self.turn
    #expect(view.usage?.costMicroUSD == used)
    #expect(view.status == (row.row.isEnough ? .completed : .failed))
    guard !row.row.isEnough else { return }
    #expect(view.error?.code == "RUN_LIMIT_EXCEEDED")
    #expect(
      view.error?.details == [
        "limit": "max_cost_micro_usd", "value": .integer(row.row.limit), "used": .integer(used),
      ])
  }

  @Test(
    "a limit is a whole number above zero",
    arguments: [0, -1, 1_000_000_000_001, "1", 1.5, true, [1]] as [WireValue])
  func refuses(_ limit: WireValue) {
    let input: WireValue = ["input": "x", "limits": ["max_cost_micro_usd": limit]]
    #expect(throws: DecodeError.self) { try CreateRun(json: input.json()) }
  }
}

/// Runs that runs start, and what the store has kept of others.
extension CostTests {
  private static func addGroup(to test: TestRunner) async throws {
    try await test.change(
      """
      INSERT INTO roles (id, name, description, system_prompt, allowed_tools, denied_tools,
        style_constraints, is_lead, created_at, updated_at)
      VALUES ('role_1', 'one', '', 'You help.', '[]', '[]', '{}', 0, 0, 0)
      """,
      """
      INSERT INTO groups (id, name, description, created_at, updated_at)
      VALUES ('grp_1', 'helpers', '', 0, 0)
      """,
      """
      INSERT INTO group_members (id, group_id, role_id, agent_instance_id, ordinal, created_at)
      VALUES ('gm_1', 'grp_1', 'role_1', 'agt_1', 1, 0)
      """)
  }

  @Test("what a run costs that another starts counts for both, and once for the organisation")
  func countsChildren() async throws {
    let test = try TestRunner(providers: Self.priced)
    try await Self.addGroup(to: test)
    let view = try await test.finish(["input": "grp_1"])
    #expect(view.status == .completed && view.usage?.costMicroUSD == 3 * Self.turn)
    let child = try await test.children(of: view.runID)
    #expect(child.map(\.usage?.costMicroUSD) == [Self.turn])
    #expect(try await test.number("SELECT cost FROM tenant_usage") == 3 * Self.turn)
    #expect(try await test.number("SELECT tokens FROM tenant_usage") == 3300)
    #expect(try await test.number("SELECT runs FROM tenant_usage") == 2)
  }

  @Test("a run that was started has its parent's limit, and uses up its parent's too")
  func sharesBudgets() async throws {
    let test = try TestRunner(providers: Self.priced)
    try await Self.addGroup(to: test)
    let view = try await test.finish(
      ["input": "grp_1", "limits": ["max_cost_micro_usd": .integer(2 * Self.turn)]])
    #expect(view.status == .failed && view.error?.code == "RUN_LIMIT_EXCEEDED")
    #expect(view.error?.details?["used"] == .integer(2 * Self.turn))
    #expect(try await test.number("SELECT cost FROM tenant_usage") == 2 * Self.turn)
    #expect(
      try await test.number(
        "SELECT budget ->> '$.max_cost_micro_usd' FROM runs WHERE parent_run_id IS NOT NULL")
        == 2 * Self.turn)
  }

  @Test("usage from before there were prices cost nothing")
  func readsOldRows() async throws {
    let test = try TestRunner(providers: Self.priced)
    let view = try await test.finish(["input": "x"])
    try await test.change(
      """
      UPDATE runs SET usage = '{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}'
      """,
      """
      INSERT INTO checkpoints (run_id, agent_id, step_id, state)
      VALUES ('run_old', 'main', 'step_1', '{"steps_done":1,"exchanges":[],
          "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}')
      """)
    let old = TokenUsage(promptTokens: 1, completionTokens: 2, totalTokens: 3, costMicroUSD: 0)
    let input: WireValue = ["run_id": .text(view.runID.text)]
    let again = try await test.successor().read(
      RunReference(json: input.json()), TestRunner.context())
    #expect(again.usage == old)
    let checkpoint = try await test.database.read { (reader) throws(StoreError) in
      try Checkpoint.find(of: RunID(trusted: "run_old"), in: reader)
    }
    #expect(checkpoint?.usage == old && checkpoint?.delegated == TokenUsage())
  }

  @Test("a provider from before there were prices has none; one price alone is none either")
  func readsOldProviders() async throws {
    let test = try TestRunner()
    try await test.change(
      """
      INSERT INTO providers (name, dialect, address, model, created_at, updated_at)
      VALUES ('old', 'openai', 'http://localhost/v1', 'm', 0, 0)
      """,
      """
      INSERT INTO providers (name, dialect, address, model, created_at, updated_at, input_price,
        output_price)
      VALUES ('new', 'openai', 'http://localhost/v1', 'm', 0, 0, 2500000, 10000000),
        ('half', 'openai', 'http://localhost/v1', 'm', 0, 0, 2500000, NULL)
      """)
    let providers = try await test.database.read { (reader) throws(StoreError) in
      try ProviderRecord.all(in: reader)
    }
    #expect(providers.map(\.prices) == [nil, .sample, nil])
  }
}
