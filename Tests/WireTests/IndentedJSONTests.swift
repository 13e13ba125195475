import Testing

@testable import Wire

struct IndentedJSONTests {
  // swift-format-ignore
  static let rows: [(WireValue, String)] = [
    (1, "1"),
    ([], "[]"),
    ([1, "a", [:], []], "[1,\"a\",{},[]]"),
    (["a": 1, "b": []], "{\"a\":1,\"b\":[]}"),
    ([[1], 2], "[\n  [1],\n  2\n]"),
    (["a": ["b": [["c": 1]]], "d\"": "x\n"], "{\n  \"a\": {\n    \"b\": [\n      {\"c\":1}\n    ]\n  },\n  \"d\\\"\": \"x\\n\"\n}"),
  ]

  @Test("what has parts has a line for each, unless they are plain", arguments: rows)
  func writes(_ value: WireValue, _ text: String) throws {
    let json = value.indentedJSON()
    #expect(String(decoding: json, as: UTF8.self) == text)
    #expect(try WireValue(json: json) == value)
  }
}
