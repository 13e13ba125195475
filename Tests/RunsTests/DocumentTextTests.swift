import Testing
import Wire

@testable import Runs

/// Blocks as text, in the order of reading, whatever they name.
@Suite struct DocumentTextTests {
  private static func text(_ json: String) throws -> String {
    let blocks = try WireValue(json: Array(json.utf8))
    guard case .array(let list) = blocks else { return "no list" }
    return DocumentText.passages(of: list, title: "").joined
  }

  private static func block(
    _ id: String, _ type: Int, _ member: String, _ text: String, _ children: [String] = []
  ) -> String {
    let names = children.map { "\"\($0)\"" }.joined(separator: ",")
    return #"{"block_id":"\#(id)","block_type":\#(type),"children":[\#(names)],"#
      + #""\#(member)":{"elements":[{"text_run":{"content":"\#(text)"}}]}}"#
  }

  private static func list(_ blocks: String...) -> String {
    "[\(blocks.joined(separator: ","))]"
  }

  // swift-format-ignore
  static let rows: [Named<(json: String, text: String)>] = [
    Named("nothing", ("[]", "")),
    Named("the order of children is that of reading", (list(block("a", 2, "text", "last"), block("p", 1, "page", "P", ["b", "a"]), block("b", 2, "text", "first")), "# P\n\nfirst\n\nlast")),
    Named("what nobody names comes last", (list(block("x", 2, "text", "alone"), block("p", 1, "page", "P", ["b"]), block("b", 2, "text", "b")), "# P\n\nb\n\nalone")),
    Named("lists within lists", (list(block("p", 1, "page", "P", ["a", "c"]), block("a", 12, "bullet", "a", ["b"]), block("b", 13, "ordered", "b"), block("c", 12, "bullet", "c")), "# P\n\n- a\n  1. b\n- c")),
    Named("numbers begin anew behind something else", (list(block("p", 1, "page", "P", ["a", "b", "c", "d"]), block("a", 13, "ordered", "a"), block("b", 13, "ordered", "b"), block("c", 12, "bullet", "c"), block("d", 13, "ordered", "d")), "# P\n\n1. a\n2. b\n- c\n1. d")),
    Named("a circle is read once", (list(block("p", 1, "page", "P", ["a"]), block("a", 2, "text", "a", ["p", "a", "b"]), block("b", 2, "text", "b", ["a"])), "# P\n\na\n\nb")),
    Named("a block of two makings", (list(block("a", 2, "text", "one"), block("a", 2, "text", "two")), "two")),
    Named("unknown kinds show what is below them", (list(block("p", 999, "new", "N", ["a"]), block("a", 2, "text", "a")), "a")),
    Named("children that are none", (#"[{"block_id":"p","block_type":1,"page":{},"children":[1,null,{"a":1},"gone"]},{"block_type":2},7,"x",null]"#, "")),
    Named("members of other kinds", (#"[{"block_id":"a","block_type":2,"text":[1]},{"block_id":"b","block_type":2,"text":{"elements":{"x":1}}},{"block_id":"c","block_type":"2"},{"block_id":"d","block_type":2,"text":{"elements":[{"text_run":{"content":5}},null,{"mention_doc":{"title":"D"}},{"mention_user":{"user_id":"ou"}},{"equation":{"content":"x^2"}}]}}]"#, "D@oux^2")),
    Named("a table", (list(#"{"block_id":"t","block_type":31,"table":{"cells":["c1","c2","c3","c4"],"property":{"column_size":2}}}"#, block("c1", 32, "table_cell", "", ["x1"]), block("x1", 2, "text", "a|b"), block("c2", 32, "table_cell", "", ["x2", "x3"]), block("x2", 2, "text", "c"), block("x3", 2, "text", "d")), "| a\\|b | c d |\n|  |  |")),
    Named("a table of more columns than cells", (list(#"{"block_id":"t","block_type":31,"table":{"cells":["c1"],"property":{"column_size":9223372036854775807}}}"#, block("c1", 2, "text", "a")), "| a |")),
    Named("a table of fewer columns than one", (list(#"{"block_id":"t","block_type":31,"table":{"cells":["c1","c2"],"property":{"column_size":-3}}}"#, block("c1", 2, "text", "a"), block("c2", 2, "text", "b")), "| a |\n| b |")),
    Named("a table within itself", (list(#"{"block_id":"t","block_type":31,"table":{"cells":["t","c1"]}}"#, block("c1", 2, "text", "a", ["t"])), "|  |\n| a |")),
  ]

  @Test("blocks become text", arguments: rows)
  func reads(_ row: Named<(json: String, text: String)>) throws {
    #expect(try Self.text(row.row.json) == row.row.text)
  }

  @Test("a deep document ends as others do")
  func readsDeep() throws {
    let blocks = (0..<20_000).map { number -> WireValue in
      [
        "block_id": .text("b\(number)"), "block_type": 12, "children": [.text("b\(number + 1)")],
        "bullet": ["elements": [["text_run": ["content": "x"]]]],
      ]
    }
    let passages = DocumentText.passages(of: blocks, title: "T")
    #expect(passages.count == 20_001 && passages.allSatisfy { $0.text.utf8.count < 24 })
  }
}
