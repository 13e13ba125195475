/// One row of the picture: a target of `Sources` and the modules it may import.
struct Reachable: Sendable {
  let target: String
  let modules: Set<String>

  init(_ target: String, _ modules: [String]) {
    self.target = target
    self.modules = Set(modules)
  }

  /// Modules of the toolchain that bring nothing with them.
  static let everywhere: Set<String> = ["Swift", "Synchronization"]

  private static let importPattern = Pattern(
    #"^[ \t]*(?:@\w+(?:\([^)\n]*\))?\s+)*(?:(package|public|internal|fileprivate|private)\s+)?"#
      + #"import\s+(?:(?:class|struct|enum|protocol|typealias|func|let|var)\s+)?(\w+)"#)

  /// The import declarations of a file: where, how far they reach, and of what.
  static func imports(of file: SourceFile) -> [(line: Int, reach: String, module: String)] {
    importPattern.matches(in: file.readings.code).map { match in
      let blankLines = match.groups[0].prefix { $0 == "\n" }.count
      return (match.line + blankLines, match.groups[1], match.groups[2])
    }
  }

  /// Imports in `file` that the table does not have.
  static func findings(in file: SourceFile, table: [Reachable]) -> [Finding] {
    guard let target = file.target else { return [] }
    guard let row = table.first(where: { $0.target == target }) else {
      return [file.finding(line: 0, unknown(target))]
    }
    return imports(of: file)
      .filter { !row.modules.contains($0.module) && !everywhere.contains($0.module) }
      .map { file.finding(line: $0.line, foreign($0.module, to: target)) }
  }

  /// Everything wrong with the table itself: arrows that go up or round, and rows twice.
  static func problems(in table: [Reachable]) -> [String] {
    var lower: Set<String> = []
    var problems: [String] = []
    let targets = Set(table.map(\.target))
    for row in table {
      if lower.contains(row.target) { problems.append("\(row.target) has two rows") }
      let upward = row.modules.intersection(targets).subtracting(lower).sorted()
      problems += upward.map { "\(row.target) imports \($0), whose row is not above its own" }
      lower.insert(row.target)
    }
    return problems
  }

  static func unknown(_ target: String) -> String {
    "target \(target) has no row; instead: add it to Tests/TidyTests/Reachable+Table.swift, "
      + "below what it imports, and to the picture in CONTRIBUTING.md"
  }

  static func foreign(_ module: String, to target: String) -> String {
    "\(target) may not import \(module); instead: take what it needs as a value or a protocol "
      + "from a module in its row, and let the executable hand it over"
  }
}
