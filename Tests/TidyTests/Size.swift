/// How long files, functions and lines may be; tables are exempt.
struct Size: Sendable {
  let fileMax: Int
  let functionMax: Int
  /// Columns.
  let lineMax: Int

  static let limits = Size(fileMax: 400, functionMax: 60, lineMax: 100)

  func findings(in file: SourceFile) -> [Finding] {
    let table = Table(in: file)
    return fileFindings(in: file, table) + functionFindings(in: file, table)
      + lineFindings(in: file, table)
  }

  private func fileFindings(in file: SourceFile, _ table: Table) -> [Finding] {
    let lineCount = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
    let length = lineCount - table.lines.count
    guard length > fileMax else { return [] }
    let message =
      "\(length) lines, \(fileMax) are the most; instead: "
      + "move an aspect to \(file.stem)+Aspect.swift"
    return [file.finding(line: 0, message)]
  }

  private func functionFindings(in file: SourceFile, _ table: Table) -> [Finding] {
    Body.all(in: file)
      .filter { $0.length > functionMax && !table.lines.contains($0.firstLine - 1) }
      .map { body in
        let message =
          "`\(body.name)` takes \(body.length) lines, \(functionMax) are the most; "
          + "instead: decide here and name the parts, or make the like cases a table"
        return file.finding(line: body.firstLine, message)
      }
  }

  private func lineFindings(in file: SourceFile, _ table: Table) -> [Finding] {
    file.lines.indices
      .filter { file.lines[$0].utf8.count > lineMax && !table.lines.contains($0) }
      .compactMap { index in
        let width = file.lines[index].count
        guard width > lineMax else { return nil }
        let message =
          "\(width) columns, \(lineMax) are the most; instead: break the line, "
          + "or put `// swift-format-ignore` above it if it is a row of a table"
        return file.finding(line: index + 1, message)
      }
  }
}
