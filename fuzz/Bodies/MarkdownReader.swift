package import Wire

/// Reads documents of `Markdown.render` back: the proof that nothing is lost.
package enum MarkdownReader {
  /// One heading and what stands under it until the next.
  private struct Section {
    let path: [MarkdownPart]
    var lines: [String]
  }

  /// The value whose document this is.
  package static func read(_ document: String) throws(MarkdownFault) -> WireValue {
    let sections = try split(document)
    let root = MarkdownTree()
    for section in sections {
      let place = root.part(section.path)
      switch try block(section.lines) {
      case .nothing: break
      case .value(let value): place.leaf = value
      case .members(let members):
        for (step, value) in members { place.part([step]).leaf = value }
      }
    }
    return root.value
  }

  private static func split(_ document: String) throws(MarkdownFault) -> [Section] {
    var sections: [Section] = []
    var fence: String?
    let lines = document.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, bytes) in lines.enumerated() {
      let line = String(decoding: bytes, as: UTF8.self)
      if fence == nil, line.begins(with: "#") {
        let content = line.unicodeScalars.drop { $0 == "#" }.dropFirst()
        sections.append(Section(path: number == 0 ? [] : try path(String(content)), lines: []))
        continue
      }
      if let mark = fence {
        if line == mark { fence = nil }
      } else if line.begins(with: "```") {
        fence = String(line.unicodeScalars.prefix { $0 == "`" })
      }
      guard !sections.isEmpty else { throw MarkdownFault(line: line) }
      sections[sections.count - 1].lines.append(line)
    }
    return sections
  }

  private static func path(_ text: String) throws(MarkdownFault) -> [MarkdownPart] {
    var steps: [MarkdownPart] = []
    var rest = text.unicodeScalars[...]
    while !rest.isEmpty {
      if rest.first == "." { rest.removeFirst() }
      let (step, length) = try self.step(rest)
      steps.append(step)
      rest = rest.dropFirst(length)
    }
    return steps
  }

  /// The step at the beginning of `text`, and how many characters it takes.
  private static func step(
    _ text: Substring.UnicodeScalarView
  ) throws(MarkdownFault) -> (MarkdownPart, Int) {
    if text.first == "[" {
      let digits = text.dropFirst().prefix { $0 != "]" }
      guard let index = Int(String(digits)) else { throw MarkdownFault(line: String(text)) }
      return (.index(index), digits.count + 2)
    }
    if text.first == "`" {
      let code = text.dropFirst().prefix { $0 != "`" }
      guard case .text(let key) = try notation(String(code)) else {
        throw MarkdownFault(line: String(text))
      }
      return (.key(MarkdownPart.Key(text: key)), code.count + 2)
    }
    let word = text.prefix { $0 != "." && $0 != "[" && $0 != "*" && $0 != " " }
    return (.key(MarkdownPart.Key(text: String(word))), word.count)
  }

  private static func notation(_ code: String) throws(MarkdownFault) -> WireValue {
    do throws(DecodeError) {
      let bytes = try CBORDiagnostic.parse(code, limits: .ours)
      return try WireValue(cbor: bytes, limits: .ours)
    } catch {
      throw MarkdownFault(line: code)
    }
  }

  /// What stands under one heading.
  private static func block(_ lines: [String]) throws(MarkdownFault) -> Block {
    let lines = trimmed(lines)
    guard let first = lines.first else { return .nothing }
    if first.begins(with: "```") {
      return .value(.text(lines.dropFirst().dropLast().joined(separator: "\n")))
    }
    if first.begins(with: "| ") { return .value(try table(lines)) }
    if first.begins(with: "- **") { return .members(try lines.map(member)) }
    if first.begins(with: "- ") {
      return .value(
        .array(try lines.map { line throws(MarkdownFault) in try inline(line.dropping(2)) }))
    }
    guard lines.count == 1 else { throw MarkdownFault(line: first) }
    return .value(try inline(first))
  }

  private static func trimmed(_ lines: [String]) -> [String] {
    let front = lines.drop { $0.isEmpty }
    let isFence = front.first?.begins(with: "```") ?? false
    var kept = [String](front)
    while kept.last?.isEmpty ?? false { kept.removeLast() }
    return isFence ? kept : kept.filter { !$0.isEmpty }
  }

  private static func member(_ line: String) throws(MarkdownFault) -> (MarkdownPart, WireValue) {
    let (step, length) = try step(line.unicodeScalars.dropFirst(4))
    let rest = line.dropping(4 + length)
    guard rest.begins(with: "**: ") else { throw MarkdownFault(line: line) }
    return (step, try inline(rest.dropping(4)))
  }

  private static func table(_ lines: [String]) throws(MarkdownFault) -> WireValue {
    let columns = try cells(lines[0]).map { cell throws(MarkdownFault) in
      try step(cell.unicodeScalars[...]).0
    }
    var rows: [WireValue] = []
    for line in lines.dropFirst(2) {
      var members: [WireMember] = []
      for (column, cell) in zip(columns, cells(line)) {
        guard case .key(let key) = column else { throw MarkdownFault(line: line) }
        members.append(WireMember(.text(key.text), try inline(cell)))
      }
      rows.append(.map(members))
    }
    return .array(rows)
  }

  private static func cells(_ line: String) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isEscaped = false
    for scalar in line.unicodeScalars.dropFirst() {
      if scalar == "|", !isEscaped {
        cells.append(String(cell.unicodeScalars.dropFirst().dropLast()))
        cell = ""
        continue
      }
      isEscaped = scalar == "\\" && !isEscaped
      cell.unicodeScalars.append(scalar)
    }
    return cells
  }

  private static func inline(_ text: String) throws(MarkdownFault) -> WireValue {
    if text.begins(with: "`") {
      return try notation(String(text.unicodeScalars.dropFirst().dropLast()))
    }
    if let number = number(text) { return number }
    var scalars = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\\", let next = rest.popFirst() {
        scalars.append(next)
      } else if scalar == "<" {
        guard String(rest.prefix(3)) == "br>" else { throw MarkdownFault(line: text) }
        rest = rest.dropFirst(3)
        scalars.append("\n")
      } else {
        scalars.append(scalar)
      }
    }
    return .text(String(scalars))
  }

  private static func number(_ text: String) -> WireValue? {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || first &- 0x30 < 10 else {
      return nil
    }
    do throws(DecodeError) {
      return try WireValue(json: [UInt8](text.utf8))
    } catch {
      return nil
    }
  }

  /// What stands under a heading, before its own headings.
  private enum Block {
    case nothing
    case value(WireValue)
    case members([(MarkdownPart, WireValue)])
  }
}

/// A line that the grammar of `Markdown` does not have.
package struct MarkdownFault: Error {
  package let line: String
}

/// Lines are taken apart by scalars: a text may begin with a mark that would join what is before
/// it.
extension String {
  fileprivate func begins(with text: String) -> Bool { utf8.starts(with: text.utf8) }

  fileprivate func dropping(_ count: Int) -> String { String(unicodeScalars.dropFirst(count)) }
}
