/// Which block of the grammar shows a value.
enum MarkdownShape {
  case scalar
  case lines(String)
  case list([WireValue])
  case table([String], [[WireValue]])
  case parts([(step: MarkdownStep, value: WireValue)])

  init(_ value: WireValue) {
    switch value {
    case .text(let text) where MarkdownText.hasLines(text): self = .lines(text)
    case .array(let elements) where !elements.isEmpty: self.init(array: elements)
    case .map(let members) where !members.isEmpty:
      guard let named = WireValue.textKeyed(members) else {
        self = .scalar
        return
      }
      self = .parts(named.map { (.key($0.key), $0.value) })
    case .null, .undefined, .bool, .integer, .unsigned, .bigInteger, .double, .text, .bytes,
      .array, .map, .tagged, .simple:
      self = .scalar
    }
  }

  private init(array elements: [WireValue]) {
    if elements.allSatisfy(MarkdownShape.isCell) {
      self = .list(elements)
    } else if let (columns, rows) = MarkdownShape.table(elements) {
      self = .table(columns, rows)
    } else {
      self = .parts(elements.enumerated().map { (.index($0.offset), $0.element) })
    }
  }

  var isScalar: Bool {
    if case .scalar = self { true } else { false }
  }

  /// Whether a value fits on one line of a list or in a cell, where texts of several lines do too.
  private static func isCell(_ value: WireValue) -> Bool {
    switch value {
    case .array(let elements): elements.isEmpty
    case .map(let members): members.isEmpty || WireValue.textKeyed(members) == nil
    case .null, .undefined, .bool, .integer, .unsigned, .bigInteger, .double, .text, .bytes,
      .tagged, .simple:
      true
    }
  }

  /// The columns and rows of an array whose elements are maps with the same text keys and nothing
  /// nested.
  private static func table(_ elements: [WireValue]) -> ([String], [[WireValue]])? {
    guard case .map(let first)? = elements.first, !first.isEmpty,
      let columns = WireValue.textKeyed(first)?.map(\.key)
    else { return nil }
    var rows: [[WireValue]] = []
    for element in elements {
      guard case .map(let members) = element, members.count == columns.count,
        let row = row(members, columns)
      else { return nil }
      rows.append(row)
    }
    return (columns, rows)
  }

  private static func row(_ members: [WireMember], _ columns: [String]) -> [WireValue]? {
    guard let named = WireValue.textKeyed(members) else { return nil }
    // By their bytes: two spellings of é are two keys, which `String` takes for one.
    var cells: [[UInt8]: WireValue] = [:]
    for (key, value) in named where isCell(value) { cells[Array(key.utf8)] = value }
    let row = columns.compactMap { cells[Array($0.utf8)] }
    return row.count == columns.count ? row : nil
  }
}
