import Testing

@testable import WireGenerator

/// How source is cut into tokens, with the constructs that mislead a careless reader.
@Suite("Lexer")
struct LexerTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let source: String
    let tokens: [String]

    init(_ name: String, _ source: String, _ tokens: [String]) {
      self.name = name
      self.source = source
      self.tokens = tokens
    }

    var testDescription: String { name }
  }

  // swift-format-ignore
  static let rows = [
    Row("nothing", "", []),
    Row("words and symbols", "let a: [B?]", ["let", "a", ":", "[", "B", "?", "]"]),
    Row("a name in backticks", "case `default`", ["case", "default"]),
    Row("numbers", "0x1F 1_000 3.14 a.0", ["0x1F", "1_000", "3.14", "a", ".", "0"]),
    Row("a range is no fraction", "1...2", ["1", ".", ".", ".", "2"]),
    Row("line comments", "a // struct \"\nb", ["a", "b"]),
    Row("nested block comments", "a /* /* \" */ } */ b", ["a", "b"]),
    Row("a string with a brace", #"a "}" b"#, ["a", #""}""#, "b"]),
    Row("an escaped quote", #""\"" b"#, [#""\"""#, "b"]),
    Row("an empty string", #""" b"#, [#""""#, "b"]),
    Row("an interpolation with a string", #""\(f("}"))" b"#, [#""\(f("}"))""#, "b"]),
    Row("an interpolation with parentheses", #""\((1))" b"#, [#""\((1))""#, "b"]),
    Row("an interpolation with a comment", #""\(1 /* ) " */)" b"#, [#""\(1 /* ) " */)""#, "b"]),
    Row("a raw string", ##"#"\("# b"##, [##"#"\("#"##, "b"]),
    Row("a raw interpolation", ##"#"\#("}")"# b"##, [##"#"\#("}")"#"##, "b"]),
    Row("a raw quote", ##"#"""# b"##, [##"#"""#"##, "b"]),
    Row("several lines", "\"\"\"\n\"}\"\n\"\"\" b", ["\"\"\"\n\"}\"\n\"\"\"", "b"]),
    Row("an escape at a line's end", "\"\"\"\n\\\n\"\"\" b", ["\"\"\"\n\\\n\"\"\"", "b"]),
    Row("raw with several lines",
      "#\"\"\"\n\"\"\" \\(\n\"\"\"# b", ["#\"\"\"\n\"\"\" \\(\n\"\"\"#", "b"]),
    Row("a regular expression", #"= /"{/ b"#, ["=", #"/"{/"#, "b"]),
    Row("a regular expression after a word", #"return /"/ b"#, ["return", #"/"/"#, "b"]),
    Row("a division", "a / b / c", ["a", "/", "b", "/", "c"]),
    Row("a division without spaces", "(a)/b/c", ["(", "a", ")", "/", "b", "/", "c"]),
    Row("an extended regular expression", "#/ \"/ /# b", ["#/ \"/ /#", "b"]),
    Row("a directive", "#if A", ["#", "if", "A"]),
    Row("a run of hashes", "### a", ["###", "a"]),
    Row("letters of other scripts", "größe", ["größe"]),
    Row("a byte order mark", "\u{FEFF}a", ["a"]),
    Row("a script", "#!/usr/bin/swift \"\na", ["a"]),
  ]

  @Test("source is cut where the language cuts it", arguments: rows)
  func cuts(_ row: Row) throws {
    let tokens = try Reading.tokens(row.source)
    #expect(tokens.dropLast().map(\.text) == row.tokens)
    #expect(tokens.last?.kind == .end)
  }

  // swift-format-ignore
  static let broken: [(String, Problem, Int)] = [
    ("a \"b", .unterminatedString, 2),
    ("a \"b\nc\"", .unterminatedString, 2),
    ("\"\"\"\nb", .unterminatedString, 0),
    ("#\"a\" b", .unterminatedString, 0),
    (#""\("#, .unterminatedString, 0),
    (#""\(a"#, .unterminatedString, 0),
    (#""\("a)""#, .unterminatedString, 0),
    ("\"\\", .unterminatedString, 0),
    ("#/a/", .unterminatedString, 0),
    ("a /* /* */", .unterminatedComment, 2),
    (#""\(/*)""#, .unterminatedComment, 3),
    ("`a", .unterminatedName, 0),
    ("`a\n`", .unterminatedName, 0),
    ("a\u{0}", .unexpectedByte(0), 1),
    ("a \u{7F}", .unexpectedByte(0x7F), 2),
    (String(repeating: "\"\\(", count: 17), .interpolationTooDeep, 49),
  ]

  @Test("broken source is refused where it breaks", arguments: broken)
  func refuses(source: String, problem: Problem, offset: Int) {
    #expect(throws: Flaw(problem, at: offset)) { try Reading.tokens(source) }
  }

  @Test("strings are nested as deep as the limit says")
  func nests() throws {
    let depth = Limits.interpolationMax / 2
    let source =
      String(repeating: "\"\\(", count: depth) + "1" + String(repeating: ")\"", count: depth)
    #expect(try Reading.tokens(source).count == 2)
  }

  static let notUTF8: [[UInt8]] = [
    [0x61, 0xFF], [0x22, 0xC3, 0x22], [0x2F, 0x2F, 0x2F, 0xFF, 0x0A],
  ]

  @Test("bytes that are not UTF-8 are refused", arguments: notUTF8)
  func refusesBytes(_ bytes: [UInt8]) {
    let file = SourceFile(path: Reading.path, bytes: bytes)
    #expect { try Lexer.tokens(of: file) } throws: { ($0 as? Flaw)?.problem == .notUTF8 }
  }

  @Test("a file is as long as the limit says and no longer")
  func limitsLength() throws {
    let fits = [UInt8](repeating: 0x20, count: Limits.fileMax)
    #expect(try Lexer.tokens(of: SourceFile(path: "a", bytes: fits)).count == 1)
    #expect(throws: Flaw(.fileTooLong, at: 0)) {
      try Lexer.tokens(of: SourceFile(path: "a", bytes: fits + [0x20]))
    }
  }

  // swift-format-ignore
  static let documented: [(String, String)] = [
    ("/// One.\na", "One."),
    ("/// One\n/// two.\na", "One two."),
    ("/// One.\n///\n/// Two.\na", "One. Two."),
    ("/** One\n  * two. */\na", "One two."),
    ("/// One.\n// Not.\na", "One."),
    ("/// Lost.\n\n/// One.\na", "One."),
    ("//// Ruler.\na", ""),
    ("/*** Ruler. */\na", ""),
    ("/**/\na", ""),
    ("/// With \"quotes\" and \\.\na", #"With "quotes" and \."#),
  ]

  @Test("documentation goes to the token behind it", arguments: documented)
  func documents(source: String, documentation: String) throws {
    #expect(try Reading.tokens(source).first?.documentation == documentation)
  }
}
