import Wire

/// A value as people read it: names and values in lines, like values in a table.
struct ValueText {
  private(set) var lines: [String] = []
  private let width: Int
  private let style: TextStyle

  /// The text of `value` for a terminal of so many columns.
  init(_ value: WireValue, width: Int, style: TextStyle) {
    self.width = width
    self.style = style
    show(value, indent: "")
  }

  var text: String { lines.map { $0 + "\n" }.joined() }

  private mutating func show(_ value: WireValue, indent: String) {
    switch value {
    case .map(let members) where !members.isEmpty: show(members, indent)
    case .array(let elements) where elements.contains(where: Self.isNested):
      show(elements, indent)
    case .array(let elements) where !elements.isEmpty:
      for element in elements { lines.append(indent + "- " + Self.cell(element)) }
    default: lines.append(indent + Self.cell(value))
    }
  }

  private mutating func show(_ members: [WireMember], _ indent: String) {
    let longest = members.map { TextWidth.columns(Self.cell($0.key)) }.max() ?? 0
    for member in members {
      let name = Self.cell(member.key)
      guard Self.isNested(member.value) else {
        let inner = String(repeating: " ", count: longest + 2)
        let value = Self.paragraph(member.value, indent: indent + inner)
        lines.append(indent + style.dim(name.padded(to: longest)) + "  " + value)
        continue
      }
      lines.append(indent + style.dim(name))
      show(member.value, indent: indent + "  ")
    }
  }

  /// Elements of which some have an inside: a table of their members.
  private mutating func show(_ elements: [WireValue], _ indent: String) {
    var names: [WireValue] = []
    for case .map(let members) in elements {
      for member in members where !names.contains(member.key) { names.append(member.key) }
    }
    guard elements.allSatisfy(Self.isMap) else {
      for element in elements { lines.append(indent + "- " + Self.cell(element)) }
      return
    }
    let rows = elements.map { element in
      names.map { name -> String in
        guard case .map(let members) = element else { return "" }
        return members.first { $0.key == name }.map { Self.cell($0.value) } ?? ""
      }
    }
    let room = width - indent.count
    let table = TextTable(head: names.map(Self.cell), rows: rows, style: style)
    // Of one row nothing is compared, and nothing need be cut.
    if case .map(let members) = elements[0], rows.count == 1, !table.fits(width: room) {
      return show(members, indent)
    }
    let constants = table.constants(width: room)
    for (name, cell) in constants {
      lines.append(indent + style.dim(name) + "  " + cell)
    }
    let shown = constants.isEmpty ? table : table.varying
    lines += shown.lines(width: room).map { indent + $0 }
  }

  private static func isMap(_ value: WireValue) -> Bool {
    if case .map = value { true } else { false }
  }

  /// Whether a value has members of its own to show.
  private static func isNested(_ value: WireValue) -> Bool {
    switch value {
    case .map(let members): !members.isEmpty
    case .array(let elements): !elements.isEmpty
    default: false
    }
  }

  /// The value in one line.
  private static func cell(_ value: WireValue) -> String {
    switch value {
    case .null, .undefined: "–"
    case .text(let text): TextWidth.visible(text, keepingLines: false)
    default: TextWidth.visible(String(decoding: value.json(), as: UTF8.self), keepingLines: false)
    }
  }

  /// The value with the lines that a text has, those after the first indented.
  private static func paragraph(_ value: WireValue, indent: String) -> String {
    guard case .text(let text) = value else { return cell(value) }
    return TextWidth.visible(text, keepingLines: true)
      .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n" + indent)
  }
}
