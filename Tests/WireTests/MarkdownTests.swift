import FuzzBodies
import Testing

@testable import Wire

@Suite("Markdown")
struct MarkdownTests {
  @Test("a record is a list, its parts are sections, like records are a table")
  func record() throws {
    let value: WireValue = [
      "run_id": "run_01", "status": "running", "output": nil, "total": 2, "ratio": 0.5,
      "done": true,
      "input": "first\n\n  second `x`", "tags": ["a", "b c"],
      "usage": ["tokens": 12, "by": ["model": "m"]],
      "events": [
        ["seq": 1, "type": "run.started", "note": "a|b"], ["seq": 2, "type": "x\ny", "note": nil],
      ],
    ]
    let expected = """
      # Run run\\_

      - **run_id**: run_01
      - **status**: running
      - **output**: `null`
      - **total**: 2
      - **ratio**: 0.5
      - **done**: `true`

      ## input

      ```text
      first

        second `x`
      ```

      ## tags

      - a
      - b c

      ## usage

      - **tokens**: 12

      ### usage.by

      - **model**: m

      ## events

      | seq | type | note |
      | --- | --- | --- |
      | 1 | run.started | a\\|b |
      | 2 | x<br>y | `null` |

      """
    #expect(text(Markdown.render(value, title: "Run run_")) == expected)
    #expect(try MarkdownReader.read(expected) == value)
  }

  @Test("a value on one line says what it is", arguments: Self.lines)
  func inline(_ value: WireValue, _ expected: String) throws {
    let document = text(Markdown.render(["k": value], title: "T"))
    #expect(document == "# T\n\n- **k**: \(expected)\n")
    #expect(try MarkdownReader.read(document) == ["k": value])
  }

  // swift-format-ignore
  static let lines: [(WireValue, String)] = [
    (nil, "`null`"), ("null", "null"), (true, "`true`"), ("true", "true"), (12, "12"), ("12", "`\"12\"`"),
    (1.0, "1.0"), ("1.0", "`\"1.0\"`"), ("-1e5", "`\"-1e5\"`"), ("1.2.3", "1\\.2.3"), ("-", "\\-"),
    ("1) a", "1\\) a"), ("01", "01"), ("", "`\"\"`"), (" a", "`\" a\"`"), ("a ", "`\"a \"`"), ("a\tb", "`\"a\\tb\"`"),
    ("# a", "\\# a"), ("a # b", "a # b"), ("a_b", "a_b"), ("_a_", "\\_a\\_"), ("*a*", "\\*a\\*"), ("`a`", "\\`a\\`"),
    ("a<br>b", "a\\<br>b"), ("[x](y)", "\\[x\\](y)"), ("a\\b", "a\\\\b"), ("&amp;", "\\&amp;"), ("> q", "\\> q"),
    ("é_水", "é\\_水"), (.double(.nan), "`NaN`"), (.bytes([1]), "`h'01'`"), (.undefined, "`undefined`"), ([], "`[]`"),
    ([:], "`{}`"), ([1: "`|"], "`{1: \"\\u0060\\u007c\"}`"), (.tagged(32, "x"), "`32(\"x\")`"),
    (.unsigned(.max), "18446744073709551615"), ("a\u{0}", "`\"a\\u0000\"`"),
  ]

  @Test("keys that differ in bytes alone are two columns, and two shapes")
  func spellingsOfOneLetter() throws {
    for source in [
      #"[{"e\u0301":"a","\u00e9":"b"}]"#, #"[{"e\u0301":"a"},{"\u00e9":"b"}]"#,
      #"{"e\u0301":{"\u00e9":[1]},"\u00e9":{"e\u0301":[2]}}"#,
    ] {
      let value = try WireValue(json: utf8(source))
      let read = try MarkdownReader.read(text(Markdown.render(value, title: "T")))
      #expect(read.cbor() == value.cbor(), "\(source)")
    }
  }

  @Test("odd keys, mixed arrays, deep trees and bare values are read back", arguments: Self.odd)
  func oddities(_ value: WireValue) throws {
    #expect(try MarkdownReader.read(text(Markdown.render(value, title: "T"))) == value)
  }

  // swift-format-ignore
  static let odd: [WireValue] = [
    ["a b": 1, "": ["x.y": ["[0]": [1, [2, ["q": nil]]]]], "`|\n": "v"],
    [[1, [2, 3]], ["a": 1], ["a": 1, "b": 2]],
    [["a": 1, "b": [1]], ["a": 2, "b": [2]]],
    [["b": 1, "a": 2], ["a": 3, "b": 4]],
    ["a": ["b": ["c": ["d": ["e": ["f": ["g": ["h": 1]]]]]]]],
    "one line", "two\nlines", "```\n````\n# no heading\n- no list", "ends\n", "\n", "a\r\nb", 5, nil, [], [:],
    ["one\ntwo", "three"], [["k": "a\n|b"], ["k": "# c"]], ["x": ["fence\n```text\nin it"]],
    ["a": "x\n## y\n\n- **z**: 1"], [[[]], [[[:]]]],
  ]
}
