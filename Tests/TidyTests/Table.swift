/// The lines of a file that are a table: what stands under `// swift-format-ignore`.
///
/// A table is as long and as wide as its rows need; the sizes of code do not apply to it.
struct Table {
  /// Indices into the file's lines.
  let lines: Set<Int>

  private static let mark = "// swift-format-ignore"

  init(in file: SourceFile) {
    var lines: Set<Int> = []
    for index in file.lines.indices where Self.isMark(file.lines[index]) {
      lines.formUnion(Self.extent(from: index + 1, in: file))
    }
    self.lines = lines
  }

  /// From the line under the mark to the one that closes every bracket opened since.
  private static func extent(from start: Int, in file: SourceFile) -> Range<Int> {
    var depth = 0
    for index in start..<max(start, file.codeLines.count) {
      let code = file.codeLines[index]
      depth += code.utf8.count(where: { "([{".utf8.contains($0) })
      depth -= code.utf8.count(where: { ")]}".utf8.contains($0) })
      let isUnfinished = code.allSatisfy(\.isWhitespace) || code.last { $0 != " " } == "="
      if depth <= 0, !isUnfinished { return start..<index + 1 }
    }
    return start..<max(start, file.codeLines.count)
  }

  private static func isMark(_ line: Substring) -> Bool {
    let words = line.drop { $0 == " " }
    return words == mark || words.hasPrefix(mark + ":")
  }
}
