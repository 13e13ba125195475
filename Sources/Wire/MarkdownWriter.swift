/// Writes the blocks of a Markdown document one under the other.
struct MarkdownWriter {
  private var output: [UInt8] = []

  init(title: String) {
    let line = title.split(whereSeparator: \.isNewline).joined(separator: " ")
    write("# \(MarkdownText.plain(line, breaks: false))\n")
  }

  func finish() -> [UInt8] { output }

  /// Writes what stands under a heading; `isInline` says that a scalar has no place of its own yet.
  mutating func block(_ value: WireValue, path: [MarkdownStep], isInline: Bool) {
    switch MarkdownShape(value) {
    case .scalar:
      if isInline { write("\n\(MarkdownText.inline(value))\n") }
    case .lines(let text): fence(text)
    case .list(let elements):
      write("\n")
      for element in elements { write("- \(MarkdownText.inline(element))\n") }
    case .table(let columns, let rows): table(columns, rows)
    case .parts(let parts): self.parts(parts, path: path)
    }
  }

  private mutating func parts(
    _ parts: [(step: MarkdownStep, value: WireValue)], path: [MarkdownStep]
  ) {
    let shaped = parts.map {
      (step: $0.step, value: $0.value, isScalar: MarkdownShape($0.value).isScalar)
    }
    if shaped.contains(where: \.isScalar) { write("\n") }
    for part in shaped where part.isScalar {
      write("- **\(part.step.label)**: \(MarkdownText.inline(part.value))\n")
    }
    for part in shaped where !part.isScalar {
      let inner = path + [part.step]
      let marks = String(repeating: "#", count: min(inner.count + 1, 6))
      write("\n\(marks) \(MarkdownStep.path(inner))\n")
      block(part.value, path: inner, isInline: false)
    }
  }

  private mutating func table(_ columns: [String], _ rows: [[WireValue]]) {
    write("\n| " + columns.map(MarkdownStep.label).joined(separator: " | ") + " |\n")
    write("|" + String(repeating: " --- |", count: columns.count) + "\n")
    for row in rows {
      write("| " + row.map(MarkdownText.inline).joined(separator: " | ") + " |\n")
    }
  }

  private mutating func fence(_ text: String) {
    var longest = 2
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let marks = String(repeating: "`", count: longest + 1)
    write("\n\(marks)text\n\(text)\n\(marks)\n")
  }

  private mutating func write(_ text: String) {
    output.append(contentsOf: text.utf8)
  }
}
