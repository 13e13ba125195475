import Testing
import Wire

@testable import switchyard

@Suite("what people see on a terminal")
struct TerminalTextTests {
  private static let plain = TextStyle(hasColours: false)

  /// A value as JSON, the width of the terminal and the lines that are shown.
  static let rows: [(json: String, width: Int, lines: [String])] = [
    ("{}", 80, ["{}"]), ("[]", 80, ["[]"]), ("7", 80, ["7"]), (#""x""#, 80, ["x"]),
    ("null", 80, ["–"]),
    (#"{"a":1,"long":null,"b":"x y"}"#, 80, ["a     1", "long  –", "b     x y"]),
    (#"{"a":{"b":true},"c":{}}"#, 80, ["a", "  b  true", "c  {}"]),
    (#"{"a":[1,"x",null]}"#, 80, ["a", "  - 1", "  - x", "  - –"]),
    (#"{"a":"one\ntwo"}"#, 80, ["a  one\n   two"]),
    (
      #"{"n":2,"of":[{"a":1,"b":"x"},{"a":10,"c":[1]}]}"#, 80,
      ["n   2", "of", "  a   b  c", "  1   x", "  10     [1]"]
    ),
    ("[[1],2]", 80, ["- [1]", "- 2"]),
    (
      #"[{"k":"a","t":"0123456789abcdef"},{"k":"b","t":"x"}]"#, 13,
      ["k  t", "a  012345678…", "b  x"]
    ),
    (
      #"[{"same":"0123456789","k":"a"},{"same":"0123456789","k":"b"}]"#, 12,
      ["same  0123456789", "k", "a", "b"]
    ),
    (#"[{"t":"水水水水水水"},{"t":"x"}]"#, 9, ["t", "水水水水…", "x"]),
    (#"[{"k":"a","t":"0123456789abcdef"}]"#, 19, ["k  t", "a  0123456789abcdef"]),
    (#"[{"k":"a","t":"0123456789abcdef"}]"#, 18, ["k  a", "t  0123456789abcdef"]),
    (#"{"of":[{"k":"a","t":"0123456789abcdef"}]}"#, 20, ["of", "  k  a", "  t  0123456789abcdef"]),
  ]

  @Test("values are lines, like values are tables", arguments: rows)
  func shows(_ row: (json: String, width: Int, lines: [String])) throws {
    let value = try WireValue(json: Array(row.json.utf8))
    #expect(ValueText(value, width: row.width, style: Self.plain).lines == row.lines)
  }

  @Test("names are dim, heads are bold, and nothing is marked where there are no colours")
  func colours() throws {
    let value = try WireValue(json: Array(#"{"a":1,"b":[{"c":2}]}"#.utf8))
    let text = ValueText(value, width: 80, style: TextStyle(hasColours: true)).text
    #expect(text == "\u{1b}[2ma\u{1b}[0m  1\n\u{1b}[2mb\u{1b}[0m\n  \u{1b}[1mc\u{1b}[0m\n  2\n")
    #expect(TextStyle(hasColours: true).bold("") == "")
  }

  @Test(
    "what a stranger wrote commands nothing",
    arguments: [
      ("\u{1b}[31mred", "\\u{1b}[31mred"), ("a\u{8}b", "a\\u{8}b"), ("\u{9b}0m", "\\u{9b}0m"),
      ("a\rb", "a\\rb"), ("a\r\nb", "a\\r\\nb"), ("a\nb\tc", "a\\nb\\tc"),
      ("\u{202e}abc", "\\u{202e}abc"), ("\u{7f}", "\\u{7f}"), ("é 水 👍🏽", "é 水 👍🏽"),
    ])
  func makesVisible(_ text: String, _ shown: String) {
    #expect(TextWidth.visible(text, keepingLines: false) == shown)
  }

  @Test("line ends stay where lines are wanted")
  func keepsLines() {
    #expect(TextWidth.visible("a\nb\tc\u{1b}", keepingLines: true) == "a\nb\tc\\u{1b}")
  }

  @Test(
    "cells fill or cut to their width, in columns and not in letters",
    arguments: [
      ("", 0, ""), ("", 3, "   "), ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("ab", 4, "ab  "),
      ("水水", 4, "水水"), ("水水", 3, "水…"), ("水水水", 4, "水… "), ("x水", 2, "x…"),
    ])
  func fits(_ text: String, _ width: Int, _ expected: String) {
    #expect(TextWidth.fitted(text, to: width) == expected)
  }

  @Test(
    "words of a shell are quoted where they must be",
    arguments: [
      ("/tmp/a-b_c.d", "/tmp/a-b_c.d"), ("a b", "'a b'"), ("", "''"), ("it's", #"'it'\''s'"#),
      ("$(x)", "'$(x)'"), ("é", "'é'"),
    ])
  func quotes(_ word: String, _ quoted: String) {
    #expect(Banner.quoted(word) == quoted)
  }

  /// What is typed and the name that is meant.
  static let spellings: [(typed: String, meant: String?)] = [
    ("Runs/Creat", "Runs/Create"), ("runs/create", "Runs/Create"), ("x", nil), ("", nil),
    ("Run", nil), ("Runs/Gte", "Runs/Get"),
  ]

  @Test("a suggestion is near what was typed, or is not made", arguments: spellings)
  func suggests(_ row: (typed: String, meant: String?)) {
    let names = ["Runs/Create", "Runs/Get", "Runs/List"]
    #expect(Spelling.nearest(to: row.typed, among: names) == row.meant)
  }

  /// Bodies of refusals in the documented shapes, and what is said of them.
  static let refusals: [(json: String, text: String?)] = [
    (#"{"error":{"code":"NOT_FOUND","message":"no run","details":{}}}"#, "NOT_FOUND: no run"),
    (#"{"type":"about:blank","title":"Gone","status":410,"detail":"it went"}"#, "it went"),
    (#"{"type":"x","title":"Gone","code":"gone"}"#, "gone: Gone"), ("{}", nil), ("7", nil),
    (#"{"error":{"message":"a\u001bb"}}"#, "a\\u{1b}b"),
  ]

  @Test("a refusal is told in its own words", arguments: refusals)
  func tellsRefusals(_ row: (json: String, text: String?)) throws {
    #expect(Refusal(try WireValue(json: Array(row.json.utf8)))?.text == row.text)
  }
}
