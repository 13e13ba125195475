import Contract
import Testing
import Wire

@testable import Routing

struct CorrelationTests {
  private static let long = String(repeating: "c", count: 128)

  /// The first that `CountingIdentifiers` makes.
  private static let made = "00000000-0000-7000-8000-000000000001"

  // swift-format-ignore
  static let rows: [(given: [String], expected: String)] = [
    ([], made), (["abc"], "abc"), (["aZ09._:-"], "aZ09._:-"), ([long], long), ([long + "c"], made),
    ([""], made), (["a b"], made), (["a@b"], made), (["a/b"], made), (["é"], made), (["a", "a"], made),
  ]

  @Test("a well-formed id comes back, any other is replaced", arguments: rows)
  func echoes(_ row: (given: [String], expected: String)) async throws {
    let fields = row.given.map { ("x-correlation-id", $0) }
    let response = try await TestClient().ask("GET", "/health", fields)
    #expect(response["x-correlation-id"] == row.expected)
  }

  @Test("every kind of answer has the id, and the method is told the same one")
  func isOnEveryAnswer() async throws {
    let client = try TestClient()
    let id = [("x-correlation-id", "c-7")]
    let requests: [(String, String, [(String, String)])] = [
      ("GET", "/health", []), ("HEAD", "/health", []), ("OPTIONS", "/health", []),
      ("OPTIONS", "*", []), ("GET", "/nothing", []), ("PUT", "/health", []), ("GET", "no path", []),
      ("GET", "/refuse/broken", []), ("GET", "/either/later", []),
      ("GET", "/api/runs/r", TestClient.all), ("GET", "/api/runs/r/stream", TestClient.all),
      ("GET", "/api/runs/over/stream", TestClient.all), ("DELETE", "/api/runs/r", TestClient.all),
      ("GET", "/api/runs/r", [("authorization", "Bearer nobody")]),
    ]
    for (method, path, fields) in requests {
      let response = await client.ask(method, path, fields + id)
      #expect(response["x-correlation-id"] == "c-7", "\(method) \(path)")
    }
    let told = await client.ask("GET", "/api/runs/r", TestClient.all + id)
    #expect(told.value?["correlation"] == "c-7")
    let problem = await client.ask("GET", "/api/v1/ops/refuse/gone", id)
    #expect(problem.value?["correlationId"] == "c-7")
  }
}
