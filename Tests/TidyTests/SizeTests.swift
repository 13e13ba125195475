import Testing

@Suite("Files, functions and lines are short")
struct SizeTests {
  private let small = Size(fileMax: 6, functionMax: 3, lineMax: 40)

  @Test("the package holds the limits")
  func holds() {
    report(Repository.current.swiftFiles.flatMap(Size.limits.findings))
  }

  private func findings(_ text: String) -> [String] {
    small.findings(in: SourceFile(path: "Sources/Wire/Row.swift", text: text)).map(\.description)
  }

  @Test("a file of one line too many is found")
  func findsLongFile() {
    #expect(findings(String(repeating: "\n", count: 6)) == [])
    #expect(
      findings(String(repeating: "\n", count: 7)) == [
        "Sources/Wire/Row.swift: 7 lines, 6 are the most; "
          + "instead: move an aspect to Row+Aspect.swift"
      ])
  }

  @Test("a line of one column too many is found")
  func findsLongLine() {
    #expect(findings(String(repeating: "a", count: 40)) == [])
    #expect(findings(String(repeating: "é", count: 40)) == [])
    #expect(
      findings("\n" + String(repeating: "é", count: 41)) == [
        "Sources/Wire/Row.swift:2: 41 columns, 40 are the most; instead: break the line, "
          + "or put `// swift-format-ignore` above it if it is a row of a table"
      ])
  }

  @Test("a function of one line too many is found", arguments: Self.openings)
  func findsLongFunction(_ opening: Opening) {
    #expect(findings("\(opening.code) {\n  a()\n}\n") == [])
    #expect(
      findings("\n\(opening.code) {\n  a { b() }\n  c()\n}\n") == [
        "Sources/Wire/Row.swift:2: `\(opening.name)` takes 4 lines, 3 are the most; "
          + "instead: decide here and name the parts, or make the like cases a table"
      ])
  }

  struct Opening: Sendable {
    let code: String
    let name: String
  }

  static let openings = [
    Opening(code: "func step(_ a: () -> Void = {})", name: "step"),
    Opening(code: "static func == (a: A, b: A) -> Bool", name: "=="),
    Opening(code: "func step<T>() throws(E) -> [T]", name: "step"),
    Opening(code: "init?(_ text: String)", name: "init"),
    Opening(code: "deinit", name: "deinit"),
    Opening(code: "subscript(id: Int) -> Row?", name: "subscript"),
    Opening(code: "var row: [Row]", name: "row"),
  ]

  @Test("a signature over several lines belongs to its function")
  func measuresWrappedSignature() {
    let text = "func a(\n  b: B\n) -> C\nwhere C: D {\n}\n"
    #expect(findings(text).count == 1)
  }

  @Test("a requirement without a body has no length")
  func ignoresRequirements() {
    #expect(findings("func a() -> B\nfunc b(c: C)\ninit(d: D)\nvar e: E\n") == [])
  }

  @Test("brackets in literals open and close nothing")
  func ignoresBracketsInLiterals() {
    let literals = "  a(\"\\(b) } ) \\(c(\"{\"))\")\n"
    #expect(findings("func a() {\n" + literals + "}\n") == [])
    #expect(findings("func a() {\n" + literals + literals + "}\n").count == 1)
    #expect(findings("// swift-format-ignore\nlet a = [\n" + literals + literals + "]\n") == [])
  }

  @Test("a table is as long and as wide as it needs")
  func tablesAreExempt() {
    let row = "  Row(" + String(repeating: "1, ", count: 20) + "),\n"
    let table =
      "  // swift-format-ignore\n  let rows = [\n" + String(repeating: row, count: 9) + "  ]\n"
    #expect(findings(table) == [])
    #expect(findings(table + row).count == 1)
    let function = "// swift-format-ignore\nvar row: Row {\n" + row + row + row + "}\n"
    #expect(findings(function) == [])
  }
}
