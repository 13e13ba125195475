import Contract
import Testing

struct PathPatternTests {
  static let rows: [(text: String, parameters: [String])] = [
    ("/", []), ("/health", []), ("/api/runs/{run_id}", ["run_id"]),
    ("/{a}/b/{c}", ["a", "c"]), ("/a{b}/{c", []),
  ]

  @Test("a pattern reads back as it was written", arguments: rows)
  func readsBack(_ row: (text: String, parameters: [String])) {
    let pattern = PathPattern(stringLiteral: row.text)
    #expect(pattern.description == row.text)
    #expect(pattern.parameters == row.parameters)
  }
}
