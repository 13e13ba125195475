@testable import Wire

/// Reads documents of `Markdown.render` back: the proof that nothing is lost.
struct MarkdownReader {
  enum Fault: Error {
    case line(Int, String)
  }

  /// One heading and what stands under it until the next.
  private struct Section {
    let path: [MarkdownStep]
    var lines: [String]
  }

  static func read(_ document: String) throws -> WireValue {
    let sections = try split(document)
    let root = Tree()
    for section in sections {
      try root.place(section.path[...], try block(section.lines))
    }
    return root.value
  }

  private static func split(_ document: String) throws -> [Section] {
    var sections: [Section] = []
    var fence: String?
    for (number, line) in document.utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let line = String(line) ?? ""
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
      guard !sections.isEmpty else { throw Fault.line(number, line) }
      sections[sections.count - 1].lines.append(line)
    }
    return sections
  }

  private static func path(_ text: String) throws -> [MarkdownStep] {
    var steps: [MarkdownStep] = []
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
  private static func step(_ text: Substring.UnicodeScalarView) throws -> (MarkdownStep, Int) {
    if text.first == "[" {
      let digits = text.dropFirst().prefix { $0 != "]" }
      guard let index = Int(String(digits)) else { throw Fault.line(0, String(text)) }
      return (.index(index), digits.count + 2)
    }
    if text.first == "`" {
      let code = text.dropFirst().prefix { $0 != "`" }
      guard case .text(let key) = try notation(String(code)) else { throw Fault.line(0, String(text)) }
      return (.key(key), code.count + 2)
    }
    let word = text.prefix { $0 != "." && $0 != "[" && $0 != "*" && $0 != " " }
    return (.key(String(word)), word.count)
  }

  private static func notation(_ code: String) throws -> WireValue {
    try WireValue(cbor: CBORDiagnostic.parse(code))
  }

  /// What stands under one heading.
  private static func block(_ lines: [String]) throws -> Block {
    let lines = trimmed(lines)
    guard let first = lines.first else { return .nothing }
    if first.begins(with: "```") {
      return .value(.text(lines.dropFirst().dropLast().joined(separator: "\n")))
    }
    if first.begins(with: "| ") { return .value(try table(lines)) }
    if first.begins(with: "- **") { return .members(try lines.map(member)) }
    if first.begins(with: "- ") {
      return .value(.array(try lines.map { try inline($0.dropping(2)) }))
    }
    guard lines.count == 1 else { throw Fault.line(0, first) }
    return .value(try inline(first))
  }

  private static func trimmed(_ lines: [String]) -> [String] {
    let front = lines.drop { $0.isEmpty }
    let isFence = front.first?.begins(with: "```") ?? false
    var kept = [String](front)
    while kept.last?.isEmpty ?? false { kept.removeLast() }
    return isFence ? kept : kept.filter { !$0.isEmpty }
  }

  private static func member(_ line: String) throws -> (MarkdownStep, WireValue) {
    let (step, length) = try step(line.unicodeScalars.dropFirst(4))
    let rest = line.dropping(4 + length)
    guard rest.begins(with: "**: ") else { throw Fault.line(0, line) }
    return (step, try inline(rest.dropping(4)))
  }

  private static func table(_ lines: [String]) throws -> WireValue {
    let columns = try cells(lines[0]).map { cell throws in try step(cell.unicodeScalars[...]).0 }
    return .array(
      try lines.dropFirst(2).map { line throws in
        let values = try cells(line).map(inline)
        return .map(
          try zip(columns, values).map { column, value throws in
            guard case .key(let key) = column else { throw Fault.line(0, line) }
            return WireMember(.text(key), value)
          })
      })
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

  private static func inline(_ text: String) throws -> WireValue {
    if text.begins(with: "`") {
      return try notation(String(text.unicodeScalars.dropFirst().dropLast()))
    }
    if let first = text.utf8.first, first == UInt8(ascii: "-") || first &- 0x30 < 10,
      let number = try? WireValue(json: [UInt8](text.utf8))
    {
      return number
    }
    var scalars = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\\", let next = rest.popFirst() {
        scalars.append(next)
      } else if scalar == "<" {
        guard String(rest.prefix(3)) == "br>" else { throw Fault.line(0, text) }
        rest = rest.dropFirst(3)
        scalars.append("\n")
      } else {
        scalars.append(scalar)
      }
    }
    return .text(String(scalars))
  }
}

private enum Block {
  case nothing
  case value(WireValue)
  case members([(MarkdownStep, WireValue)])
}

/// Lines are taken apart by scalars: a letter may begin with a mark that would join what is before it.
extension String {
  fileprivate func begins(with text: String) -> Bool { utf8.starts(with: text.utf8) }

  fileprivate func dropping(_ count: Int) -> String { String(unicodeScalars.dropFirst(count)) }
}

/// The document's values in their places, filled heading by heading.
private final class Tree {
  private var leaf: WireValue?
  private var parts: [(step: MarkdownStep, tree: Tree)] = []

  func place(_ path: ArraySlice<MarkdownStep>, _ block: Block) throws {
    guard let step = path.first else {
      switch block {
      case .nothing: break
      case .value(let value): leaf = value
      case .members(let members):
        for (step, value) in members { part(step).leaf = value }
      }
      return
    }
    try part(step).place(path.dropFirst(), block)
  }

  private func part(_ step: MarkdownStep) -> Tree {
    if let known = parts.first(where: { $0.step.label.utf8.elementsEqual(step.label.utf8) }) {
      return known.tree
    }
    let tree = Tree()
    parts.append((step, tree))
    return tree
  }

  var value: WireValue {
    if let leaf { return leaf }
    guard case .index? = parts.first?.step else {
      return .map(
        parts.map { part in
          guard case .key(let key) = part.step else { preconditionFailure("two kinds of step") }
          return WireMember(.text(key), part.tree.value)
        })
    }
    let indexed = parts.map { part in
      guard case .index(let index) = part.step else { preconditionFailure("two kinds of step") }
      return (index, part.tree.value)
    }
    return .array(indexed.sorted { $0.0 < $1.0 }.map(\.1))
  }
}
