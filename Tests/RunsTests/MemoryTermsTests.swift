import Testing

@testable import Runs

/// What the index of memories makes of texts and questions.
struct MemoryTermsTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let indexed: String
    let asked: [String]

    var testDescription: String { text }
  }

  // swift-format-ignore
  static let rows = [
    Row(text: "",                      indexed: "",                           asked: []),
    Row(text: " \n\t…!?",              indexed: "",                           asked: []),
    Row(text: "Ships come",            indexed: "Ships come",                 asked: ["\"Ships\"", "\"come\""]),
    Row(text: "a-b_c d.e",             indexed: "a b c d e",                  asked: ["\"a\"", "\"b\"", "\"c\"", "\"d\"", "\"e\""]),
    Row(text: "to be or to be",        indexed: "to be or to be",             asked: ["\"to\"", "\"be\"", "\"or\""]),
    Row(text: "NEAR(a b) OR \"x\" -y*", indexed: "NEAR a b OR x y",           asked: ["\"NEAR\"", "\"a\"", "\"b\"", "\"OR\"", "\"x\"", "\"y\""]),
    Row(text: "供应商",                 indexed: "供应 应商 商",                 asked: ["\"供应\"", "\"应商\""]),
    Row(text: "周",                    indexed: "周",                          asked: ["\"周\" *"]),
    Row(text: "周,一",                 indexed: "周 一",                        asked: ["\"周\" *", "\"一\" *"]),
    Row(text: "API文档2版",             indexed: "API 文档 档 2 版",             asked: ["\"API\"", "\"文档\"", "\"2\"", "\"版\" *"]),
    Row(text: "ひらカタ",               indexed: "ひら らカ カタ タ",            asked: ["\"ひら\"", "\"らカ\"", "\"カタ\""]),
    Row(text: "한국어",                 indexed: "한국 국어 어",                 asked: ["\"한국\"", "\"국어\""]),
    Row(text: "𠀀𠀁",                  indexed: "𠀀𠀁 𠀁",                     asked: ["\"𠀀𠀁\""]),
    Row(text: "e\u{301}te\u{301}",     indexed: "e\u{301}te\u{301}",          asked: ["\"e\u{301}te\u{301}\""]),
    Row(text: "\u{301}\u{FE0F}",       indexed: "",                           asked: []),
    Row(text: "周\u{FE00}一",           indexed: "周一 一",                     asked: ["\"周一\""]),
  ]

  @Test("a text becomes words, and signs that stand side by side", arguments: rows)
  func indexes(_ row: Row) { #expect(MemoryTerms.indexed(row.text) == row.indexed) }

  @Test("a question becomes words in quotation marks, whatever it says", arguments: rows)
  func asks(_ row: Row) {
    let expected =
      row.asked.isEmpty
      ? nil : "scope : \"o6f31\" AND terms : (\(row.asked.joined(separator: " OR ")))"
    #expect(MemoryTerms.expression(for: row.text, in: "o1") == expected)
  }

  @Test("words and questions have an end")
  func limits() {
    let long = String(repeating: "a", count: MemoryTerms.scalarsMax + 1)
    #expect(MemoryTerms.indexed(long).split(separator: " ").map(\.count) == [64, 1])
    let many = (0...MemoryTerms.askedMax).map { "w\($0)" }.joined(separator: " ")
    let expression = MemoryTerms.expression(for: many, in: "o1") ?? ""
    #expect(expression.contains("\"w63\"") && !expression.contains("\"w64\""))
    let signs = String(repeating: "一二", count: 100)
    #expect(MemoryTerms.indexed(signs).split(separator: " ").count == 200)
  }
}
