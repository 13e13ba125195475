import Testing

@Suite("The index of the notes is whole")
struct NoteIndexTests {
  private static let folder = "proto-notes/"

  @Test(
    "every note is listed, by number",
    .enabled(if: Repository.current.isGitWorkingCopy, "not a git working copy"))
  func notesAreListed() throws {
    let repository = Repository.current
    let notes = try repository.trackedPaths()
      .filter { $0.hasPrefix(Self.folder) && $0.hasSuffix(".md") && $0 != NoteIndex.path }
      .map { String($0.dropFirst(Self.folder.count)) }
    #expect(!notes.isEmpty)
    let index = repository.bytes(NoteIndex.path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    report(NoteIndex.findings(index: index, notes: notes) + NoteIndex.namesakes(notes))
  }

  private static let index = """
    # Notes

    See [30-c](30-c.md).

    | note | decides |
    |---|---|
    | [10-a](10-a.md) | a |
    | [20-b](20-b.md) | b |
    """

  @Test("a note that is not listed is found; a link in the text does not count")
  func findsMissing() {
    let notes = ["10-a.md", "20-b.md", "30-c.md"]
    #expect(
      NoteIndex.findings(index: Self.index, notes: notes).map(\.description) == [
        "proto-notes/00-index.md:1: 30-c.md is not listed; instead: a row that says what it decides"
      ])
    #expect(NoteIndex.findings(index: Self.index, notes: ["10-a.md", "20-b.md"]) == [])
  }

  @Test("rows out of order and rows given twice are found", arguments: ["05-z", "20-b"])
  func findsDisorder(_ name: String) {
    let index = Self.index + "\n| [x](\(name).md) | x |"
    #expect(
      NoteIndex.findings(index: index, notes: ["10-a.md"]).map(\.description) == [
        "proto-notes/00-index.md:9: \(name).md stands behind a higher number; "
          + "instead: one row a note, by number"
      ])
  }

  @Test("a number that is given twice is found")
  func findsNamesake() {
    #expect(NoteIndex.namesakes(["10-a.md", "20-b.md"]) == [])
    #expect(
      NoteIndex.namesakes(["10-b.md", "10-a.md"]).map(\.description) == [
        "proto-notes/10-b.md:1: its number is taken; instead: a number that was never given"
      ])
  }
}
