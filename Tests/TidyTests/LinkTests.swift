import Testing

@Suite("Links between documents lead somewhere")
struct LinkTests {
  @Test(
    "every page's links exist",
    .enabled(if: Repository.current.isGitWorkingCopy, "not a git working copy"))
  func linksExist() throws {
    let repository = Repository.current
    for path in try repository.trackedPaths() where path.hasSuffix(".md") {
      let text = repository.bytes(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
      report(
        Links.findings(path: path, text: text) { other in
          guard repository.exists(other) else { return nil }
          return repository.bytes(other).map { String(decoding: $0, as: UTF8.self) } ?? ""
        })
    }
  }

  private func findings(_ text: String) -> [String] {
    let pages = ["notes/b.md": "# One thing: *two*\n## Three `x_y`\n", "notes": "", "run": ""]
    return Links.findings(path: "notes/a.md", text: text) { pages[$0] }.map(\.description)
  }

  @Test("a link to no file is found")
  func findsMissingFile() {
    #expect(
      findings("# A\n\nSee [c](c.md).\n") == [
        "notes/a.md:3: the link to c.md leads nowhere; instead: the path from this page's folder, "
          + "or the heading as it is now"
      ])
  }

  @Test("a link to no heading is found", arguments: ["[b](b.md#two)", "[here](#b)"])
  func findsMissingHeading(_ link: String) {
    #expect(findings("# A\n\(link)\n").count == 1)
  }

  @Test(
    "links that lead somewhere are not",
    arguments: [
      "[b](b.md)", "[b](b.md#one-thing-two)", "[b](b.md#three-x_y)", "[run](../run)", "[here](#a)",
      "[web](https://example.org/c.md)", "[mail](mailto:a@example.org)", "[folder](../notes/)",
      "`[c](c.md)`", "```\n[c](c.md)\n```", "[b](b.md \"a title\")",
    ])
  func ignoresGoodLinks(_ link: String) {
    #expect(findings("# A\n\(link)\n") == [])
  }
}
