import Testing

@testable import WireGenerator

/// The text that is generated, where its letters matter.
@Suite("Generated file")
struct GeneratedFileTests {
  private func text(_ source: String) throws -> String {
    GeneratedFile(try Reading.target(source)).text
  }

  private func lines(_ source: String) throws -> [String] {
    try text(source).split(separator: "\n").map { $0.drop { $0 == " " } }.map(String.init)
  }

  @Test("a target without coded types gets an empty file")
  func empty() throws {
    #expect(try lines("import Store\nstruct A {}").count == 1)
  }

  // swift-format-ignore
  static let reaches: [(source: String, importLine: String)] = [
    ("package struct A: Coded {}",              "package import Wire"),
    ("struct A: Coded {}",                      "import Wire"),
    ("struct A { package struct B: Coded {} }", "import Wire"),
    ("struct A: Coded {}\npackage enum B: String, Coded { case c }", "package import Wire"),
  ]

  @Test("the import of Wire reaches as far as the types", arguments: reaches)
  func imports(row: (source: String, importLine: String)) throws {
    #expect(try lines(row.source)[1] == row.importLine)
  }

  @Test("members have the reach of their type")
  func access() throws {
    let internalText = try text("struct A: Coded { let a: Int }\nenum B: String, Coded { case c }")
    #expect(!internalText.contains("package"))
    let packageText = try text("package struct A: Coded { package let a: Int }")
    #expect(packageText.contains("  package struct Draft: Wire.RecordDraft {"))
  }

  // swift-format-ignore
  static let names: [(name: String, text: String)] = [
    ("a", #"Wire.FieldName("a", json: "\"a\":", cbor: "\u{61}a")"#),
    ("abcdefghijklmnopqrstuvw",
      #"Wire.FieldName("abcdefghijklmnopqrstuvw", json: "\"abcdefghijklmnopqrstuvw\":", cbor: "\u{77}abcdefghijklmnopqrstuvw")"#),
    ("abcdefghijklmnopqrstuvwx",
      #"Wire.FieldName("abcdefghijklmnopqrstuvwx", json: "\"abcdefghijklmnopqrstuvwx\":", cbor: "\u{78}\u{18}abcdefghijklmnopqrstuvwx")"#),
  ]

  @Test("a name is written in all its forms", arguments: names)
  func writes(row: (name: String, text: String)) {
    #expect(row.name.fieldName == row.text)
  }

  // swift-format-ignore
  static let literals: [(text: String, literal: String)] = [
    ("",              #""""#),
    ("a \"b\" \\(c)", #""a \"b\" \\(c)""#),
    ("a\nb\u{7F}",    #""a\u{a}b\u{7f}""#),
    ("é\u{2028}",     #""é\u{2028}""#),
  ]

  @Test("any text becomes a literal of one line", arguments: literals)
  func escapes(row: (text: String, literal: String)) {
    #expect(row.text.literal == row.literal)
  }

  @Test("keys are sorted as deterministic CBOR wants them")
  func sorts() throws {
    let source = "struct A: Coded { let bb: Int; let a: Int; let ab: Int; let c: Int }"
    let keys = try lines(source).filter { $0.hasPrefix("sink.key(") }
    let sorted = ["a", "c", "ab", "bb"].map { "sink.key(Draft.\($0))" }
    let declared = ["bb", "a", "ab", "c"].map { "sink.key(Draft.\($0))" }
    #expect(keys == sorted + declared)
  }

  @Test("fields that are sorted already are written by one piece of code")
  func sortsOnce() throws {
    let text = try text("struct A: Coded { let a: Int; let b: Int }")
    #expect(!text.contains("sortsKeys"))
  }
}
