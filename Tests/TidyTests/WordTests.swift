import Testing

@Suite("Words that do not occur")
struct WordTests {
  @Test("the package is free of it", arguments: Word.table)
  func isAbsent(_ word: Word) {
    report(Repository.current.swiftFiles.flatMap(word.findings))
  }

  @Test("its row finds the bad snippet, and only that", arguments: Word.table)
  func findsItsBadSnippet(_ word: Word) {
    let path =
      "\(word.over.first.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? "")Wired/Sample.swift"
    let bad = SourceFile(path: path, text: "import Wire\n\(word.bad)\n")
    #expect(word.findings(in: bad) == [Finding(path: path, line: 2, message: word.message)])
    #expect(word.findings(in: SourceFile(path: path, text: word.good + "\n")) == [])
  }

  @Test("a row is silent where its word is allowed", arguments: Word.table)
  func isSilentWhereAllowed(_ word: Word) {
    for allowed in word.except {
      #expect(word.findings(in: SourceFile(path: allowed, text: word.bad)) == [])
    }
  }

  @Test("the message says where, what, and what to use instead")
  func speaksPlainly() throws {
    let word = try #require(Word.table.first { $0.name == "try!" })
    let file = SourceFile(path: "Sources/Wire/Sample.swift", text: "\n\nlet row = try! load()\n")
    #expect(
      word.findings(in: file).map(\.description) == [
        "Sources/Wire/Sample.swift:3: `try!` does not occur here; "
          + "instead: `try` with a typed error, or `#require` in a test"
      ])
  }

  @Test("names in the table are unique")
  func namesAreUnique() {
    #expect(Set(Word.table.map(\.name)).count == Word.table.count)
  }

  @Test(
    "prose and literals do not trip a rule about code",
    arguments: [
      "// try! is what we do not write",
      "/* a block /* within */ try! */",
      #"let text = "try! \(name) try!""#,
      ##"let text = #"try! " \#(name)"#"##,
      "let text = \"\"\"\n  try! \"quoted\"\n  \"\"\"",
      "let pattern = /\"try!/",
      "let pattern = #/try!/#",
    ])
  func proseIsNotCode(_ text: String) throws {
    let word = try #require(Word.table.first { $0.name == "try!" })
    #expect(word.findings(in: SourceFile(path: "Sources/Wire/Sample.swift", text: text)) == [])
  }

  @Test(
    "code after prose and within an interpolation is still code",
    arguments: [
      "/* a comment */ let row = try! load()",
      #"let text = "a \(try! load()) b""#,
      #"let text = "a \(map["key", default: (1)]) b"; try! load()"#,
      "let half = width / 2; let row = try! load() / 2",
      "let text = \"\"\"\n  a \"quote\"\n  \"\"\"; try! load()",
      #"let quote = "\""; try! load()"#,
      ##"let quote = #"\"#; try! load()"##,
    ])
  func codeIsCode(_ text: String) throws {
    let word = try #require(Word.table.first { $0.name == "try!" })
    let file = SourceFile(path: "Sources/Wire/Sample.swift", text: text)
    #expect(word.findings(in: file).count == 1)
  }
}
