import Testing

@Suite("Each `unsafe` has its proof")
struct SafetyTests {
  @Test("the package holds it")
  func holds() {
    report(Repository.current.swiftFiles.flatMap(Safety.findings))
  }

  private func lines(_ text: String) -> [Int] {
    Safety.findings(in: SourceFile(path: "Sources/TLS/OpenSSL.swift", text: text)).map(\.line)
  }

  @Test("a bare use is found, and told what it lacks")
  func findsBareUse() {
    let file = SourceFile(
      path: "Sources/TLS/OpenSSL.swift", text: "// It is freed once.\nunsafe SSL_free(pointer)\n")
    #expect(
      Safety.findings(in: file).map(\.description) == [
        "Sources/TLS/OpenSSL.swift:2: `unsafe` without its proof; instead: a line `// SAFETY: …` "
          + "within the 3 lines above, that says why this holds"
      ])
  }

  @Test("a proof reaches three lines, not four")
  func reachesThreeLines() {
    #expect(lines("// SAFETY: owned.\na()\nb()\nunsafe c()\n") == [])
    #expect(lines("// SAFETY: owned.\na()\nb()\nc()\nunsafe d()\n") == [5])
  }

  @Test("a proof of several lines reaches from its last")
  func reachesFromLastLine() {
    #expect(lines("// SAFETY: owned by\n// this value,\n// alone.\na()\nb()\nunsafe c()\n") == [])
  }

  @Test("comments do not use up what a proof covers")
  func skipsComments() {
    #expect(lines("// SAFETY: owned.\na()\n\n// Once.\n/// Twice.\nunsafe b()\n") == [])
    #expect(lines("// SAFETY: owned.\na()\nb()\nunsafe c()\n// Why.\nunsafe d()\n") == [])
    #expect(lines("// SAFETY: owned.\na()\nb()\nc()\n// Why.\nunsafe d()\n") == [6])
  }

  @Test("a run of lines shares one proof until it breaks")
  func runSharesProof() {
    let run = "// SAFETY: owned.\n" + String(repeating: "unsafe a()\n", count: 6)
    #expect(lines(run) == [])
    #expect(lines(run + "b()\nunsafe c()\n") == [9])
  }

  @Test(
    "what is not a use of the keyword needs no proof",
    arguments: [
      "@unsafe struct Handle {}", "nonisolated(unsafe) var a = 1", "// unsafe by nature",
      "let text = \"unsafe\"", "a.unsafe", "a(unsafe: true)", "let unsafely = 1",
    ])
  func ignoresOtherWords(_ text: String) {
    #expect(lines(text) == [])
  }
}
