import Contract
import Models
import Store
import Testing
import Wire

@testable import Runs

@Suite("What runs cost", .timeLimit(.minutes(5))) struct CostTests {
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
    let view = try await test.finish(["input": "sums"])
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
  }
}

/// What the store has kept from before.
extension CostTests {
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
    #expect(checkpoint?.usage == old)
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
