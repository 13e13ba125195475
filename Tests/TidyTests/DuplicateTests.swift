import Testing

@Suite("Nothing is written twice")
struct DuplicateTests {
  private let small = Duplicates(lengthMin: 3)

  @Test("the package repeats no code")
  func holds() {
    report(Duplicates.limits.findings(in: Repository.current.swiftFiles))
  }

  private func file(_ path: String, _ lines: [String]) -> SourceFile {
    SourceFile(path: path, text: lines.joined(separator: "\n"))
  }

  @Test("lines that stand in two files are found once, with the first place")
  func findsRepetition() {
    let files = [
      file("Sources/A/A.swift", ["import Wire", "a()", "b()", "c()", "d()"]),
      file("Sources/B/B.swift", ["x()", "  b()", "  // Why.", "  c()", "  }", "  d()"]),
    ]
    #expect(
      small.findings(in: files).map(\.description) == [
        "Sources/B/B.swift:2: 3 lines or more as at Sources/A/A.swift:3; "
          + "instead: one function that both call, or rows of one table"
      ])
  }

  @Test("a repetition within one file is found")
  func findsRepetitionWithinFile() {
    let lines = ["a()", "b()", "c()", "d()", "a()", "b()", "c()"]
    #expect(small.findings(in: [file("Sources/A/A.swift", lines)]).map(\.line) == [5])
  }

  @Test(
    "what is alike without being code is not",
    arguments: [
      ["import A", "private import B", "package import C", "a()", "b()"],
      ["// swift-format-ignore", "let rows = [", "a(),", "b(),", "c(),", "]"],
      ["}", "}", "}", "]", ")"], ["/// a", "/// b", "/// c"], ["a()", "b()"],
    ])
  func ignoresLikeness(_ lines: [String]) {
    let files = [file("Sources/A/A.swift", lines), file("Sources/B/B.swift", lines)]
    #expect(small.findings(in: files) == [])
  }
}
