import Testing

@testable import Models

@Suite struct TextTests {
  // swift-format-ignore
  static let tokens: [(String, [String])] = [
    ("", []), (" ", [" "]), ("Hello, world!", ["Hello", ",", " world", "!"]),
    ("现在几点？", ["现", "在", "几", "点", "？"]), ("用 Swift 写", ["用", " Swift", " 写"]),
    ("it's 12*(3+4)", ["it's", " 12", "*", "(", "3", "+", "4", ")"]), ("a\n\n b", ["a", "\n\n b"]),
    ("e\u{301}te\u{301}", ["e\u{301}te\u{301}"]), ("👩\u{200D}💻!", ["👩\u{200D}💻", "!"]), ("かな", ["か", "な"]),
    ("don't' ", ["don't", "'", " "]), ("\u{301}", ["\u{301}"]), ("❤\u{FE0F}x", ["❤\u{FE0F}", "x"]),
  ]

  @Test("a text has these tokens", arguments: tokens)
  func cuts(_ text: String, _ expected: [String]) {
    #expect(Array(Tokenizer(text)).map { String($0) } == expected)
    #expect(Tokenizer.count(text) == expected.count)
  }

  static let long: [Named<String>] = [
    Named("word", String(repeating: "a", count: 1_000)),
    Named("space", String(repeating: " ", count: 1_000)),
    Named("marks", "a" + String(repeating: "\u{301}", count: 1_000)),
    Named("marks on a sign", "!" + String(repeating: "\u{301}", count: 1_000)),
    Named("joiners", "👩" + String(repeating: "\u{200D}💻", count: 1_000)),
  ]

  @Test("no token is longer than the limit, and none is lost", arguments: long)
  func bounds(_ text: Named<String>) {
    let tokens = Array(Tokenizer(text.row))
    #expect(tokens.joined() == text.row)
    #expect(tokens.allSatisfy { $0.unicodeScalars.count <= Tokenizer.scalarsMax })
    #expect(tokens.first?.unicodeScalars.count == Tokenizer.scalarsMax)
  }

  // swift-format-ignore
  static let sentences: [(String, [String])] = [
    ("", []), (" \n ", []), ("One. Two! Three?", ["One.", "Two!", "Three?"]), ("一。二！三？四", ["一。", "二！", "三？", "四"]),
    ("Pi is 3.14. See example.org now.", ["Pi is 3.14.", "See example.org now."]),
    ("See e.g. this. That", ["See e.g. this.", "That"]), ("a\nb\r\nc", ["a", "b", "c"]),
    ("He said “go!” Then left.", ["He said “go!”", "Then left."]), ("(Really?) Yes", ["(Really?)", "Yes"]),
    ("“你好。”他说。", ["“你好。”", "他说。"]), ("What?! No", ["What?!", "No"]), ("  spaced  \n", ["spaced"]),
    ("...", ["..."]), ("说完了.下面", ["说完了.下面"]),
  ]

  @Test("a text has these sentences", arguments: sentences)
  func splits(_ text: String, _ expected: [String]) {
    #expect(Array(Sentences(text)).map { String($0) } == expected)
  }

  // swift-format-ignore
  static let lexemes: [(String, [String])] = [
    ("What's UP", ["what's", "up"]), ("What’s", ["what's"]), ("12,000.5 3rd", ["12000.5", "3rd"]),
    ("1,2", ["1", ",", "2"]), ("最近3次", ["最", "近", "3", "次"]), ("ＡＢ１２", ["ab12"]), ("2×3", ["2", "*", "3"]),
    (".5 .x", [".5", ".", "x"]), ("ÄPFEL", ["äpfel"]), ("İ", ["i\u{307}"]), ("1.2.3", ["1.2", ".3"]),
  ]

  @Test("an input has these lexemes", arguments: lexemes)
  func lexes(_ text: String, _ expected: [String]) {
    #expect(Array(Lexemes(text)).map(\.text) == expected)
  }

  @Test(
    "a text is clipped only beyond the limit",
    arguments: [("abc", "abc"), ("abcd", "abc…"), ("", ""), ("一二三四", "一二三…")])
  func clips(_ text: String, _ expected: String) {
    #expect(Excerpt.clipped(text, scalarsMax: 3) == expected)
  }

  // swift-format-ignore
  static let languages: [(String, AnswerLanguage)] = [
    ("hello", .english), ("你好", .chinese), ("", .english), ("12*3", .english), ("计算 12*(3+4)", .chinese),
    ("what does 你好 mean", .english), ("用 Swift 写服务", .chinese), ("これはペンです", .english),
  ]

  @Test("an answer follows the script of the input", arguments: languages)
  func language(_ input: String, _ expected: AnswerLanguage) {
    #expect(AnswerLanguage(of: input) == expected)
  }
}
