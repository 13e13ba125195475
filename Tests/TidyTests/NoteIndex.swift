/// The table in which the protocol notes are listed.
enum NoteIndex {
  static let path = "proto-notes/00-index.md"

  /// The notes that the index leaves out, or lists twice or in another order than their numbers';
  /// `notes` are the names of the files beside it.
  static func findings(index: String, notes: [String]) -> [Finding] {
    let rows = Links.targets(in: index).filter { $0.file.hasSuffix(".md") && $0.isInTable(index) }
    let listed = rows.map(\.file)
    let missing = notes.filter { !listed.contains($0) }.map { note in
      Finding(
        path: path, line: 1,
        message: "\(note) is not listed; instead: a row that says what it decides")
    }
    let disordered = zip(rows, rows.dropFirst()).filter { $0.file >= $1.file }.map { _, row in
      Finding(
        path: path, line: row.line,
        message: "\(row.file) stands behind a higher number; instead: one row a note, by number")
    }
    return missing + disordered
  }

  /// The notes that share a number.
  static func namesakes(_ notes: [String]) -> [Finding] {
    Dictionary(grouping: notes) { $0.prefix { $0 != "-" } }.values.filter { $0.count > 1 }
      .flatMap { $0.sorted().dropFirst() }
      .map {
        Finding(
          path: "proto-notes/\($0)", line: 1,
          message: "its number is taken; instead: a number that was never given")
      }
  }
}

extension Links.Target {
  /// Whether the line that has the link is a row of a table.
  fileprivate func isInTable(_ page: String) -> Bool {
    page.split(separator: "\n", omittingEmptySubsequences: false)[line - 1].hasPrefix("|")
  }
}
