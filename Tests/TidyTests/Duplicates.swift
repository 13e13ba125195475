/// Code that stands in two places.
struct Duplicates: Sendable {
  /// So many telling lines alike, one after the other, are one piece of code written twice.
  let lengthMin: Int

  static let limits = Duplicates(lengthMin: 10)

  /// A line that tells something: not blank, not only brackets, not an import, not part of a table.
  private struct Line {
    let number: Int
    let text: Substring
  }

  private struct Place {
    let path: String
    let line: Int
  }

  func findings(in files: [SourceFile]) -> [Finding] {
    var known: [String: Place] = [:]
    var findings: [Finding] = []
    for file in files {
      let lines = Self.tellingLines(of: file)
      var start = 0
      while start + lengthMin <= lines.count {
        let window = key(lines[start..<start + lengthMin])
        if let first = known[window] {
          findings.append(file.finding(line: lines[start].number, message(first)))
          start += lengthMin
        } else {
          known[window] = Place(path: file.path, line: lines[start].number)
          start += 1
        }
      }
    }
    return findings
  }

  private func message(_ first: Place) -> String {
    "\(lengthMin) lines or more as at \(first.path):\(first.line); "
      + "instead: one function that both call, or rows of one table"
  }

  private func key(_ lines: ArraySlice<Line>) -> String {
    lines.map(\.text).joined(separator: "\n")
  }

  private static func tellingLines(of file: SourceFile) -> [Line] {
    let table = Table(in: file)
    return file.lines.indices.compactMap { index in
      let code = file.codeLines[index].trimmingBlanks
      guard !table.lines.contains(index), !code.hasPrefix("import "), !code.contains(" import "),
        code.contains(where: \.isLetter)
      else { return nil }
      return Line(number: index + 1, text: file.lines[index].trimmingBlanks)
    }
  }
}
