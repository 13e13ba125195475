import Contract
import Store
import Testing
import Wire

@testable import Runs

/// Searches among more runs than a page looks at.
@Suite(.timeLimit(.minutes(10))) struct RunSearchTests {
  /// Adds finished runs of the tests' scope; each says its number.
  private static func fill(_ test: TestRunner, _ numbers: ClosedRange<Int64>) async throws {
    try await test.database.write { (transaction) throws(StoreError) in
      try transaction.execute(
        """
        WITH RECURSIVE numbers (number) AS (
          SELECT ?1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?2)
        INSERT INTO runs (id, org_id, user_id, session_key, input, status, agent_id, timeout_ms,
          created_at)
        SELECT 'run_' || number, 'o1', 'u1', 's_default', 'input ' || number || '.', 'completed',
          'main', 1, number
        FROM numbers
        """, .integer(numbers.lowerBound), .integer(numbers.upperBound))
    }
  }

  private static func search(_ test: TestRunner, _ query: WireValue) async throws -> RunsPage {
    try await test.runner.search(RunsQuery(json: query.json()), TestRunner.context())
  }

  @Test("a page looks at 10,000 runs, and one that found too little has another behind it")
  func isBounded() async throws {
    let test = try TestRunner()
    try await Self.fill(test, 1...10_001)
    let first = try await Self.search(test, ["q": "input 1."])
    #expect(first.runs.isEmpty && first.hasMore && first.nextCursor == "run_2")
    let second = try await Self.search(test, ["q": "input 1.", "cursor": "run_2"])
    #expect(second.runs.map(\.runID.text) == ["run_1"])
    #expect(!second.hasMore && second.nextCursor == nil)
  }

  @Test("what is found within the bound is given once, over all pages")
  func isWhole() async throws {
    let test = try TestRunner()
    try await Self.fill(test, 1...10_100)
    var (found, pages): ([String], Int) = ([], 0)
    var query: WireValue = ["q": "00.", "limit": 30]
    while true {
      let page = try await Self.search(test, query)
      found += page.runs.map(\.runID.text)
      pages += 1
      guard let cursor = page.nextCursor else { break }
      query["cursor"] = .text(cursor)
    }
    #expect(found == (1...101).reversed().map { "run_\($0 * 100)" })
    #expect(pages > 3)
  }
}
