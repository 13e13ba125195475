/// Rows of cells in columns that fit a width.
struct TextTable {
  private let head: [String]
  private let rows: [[String]]
  private let style: TextStyle

  /// Between two columns.
  private static let gap = "  "
  /// A column is cut to no less, even where the table then is too wide.
  private static let columnMin = 8

  /// Cells are plain text in one line; every row has as many as the head.
  init(head: [String], rows: [[String]], style: TextStyle) {
    self.head = head
    self.rows = rows
    self.style = style
  }

  /// The lines of the table, no wider than `width` where that is possible.
  func lines(width: Int) -> [String] {
    let widths = widths(atMost: width)
    return [style.bold(line(head, widths))] + rows.map { line($0, widths) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let fitted = zip(cells, widths).map { TextWidth.fitted($0, to: $1) }.joined(separator: Self.gap)
    guard let last = fitted.lastIndex(where: { $0 != " " }) else { return "" }
    return String(fitted[...last])
  }

  /// Whether every cell is whole in that width.
  func fits(width: Int) -> Bool { excess(widths(atMost: .max), over: width) <= 0 }

  /// The columns that say the same in every row, of which there are several, when the table is too
  /// wide with them: their name and cell.
  func constants(width: Int) -> [(name: String, cell: String)] {
    guard rows.count > 1, !fits(width: width) else { return [] }
    return head.indices.filter(isConstant).map { (head[$0], rows[0][$0]) }
  }

  /// The table without the columns that say the same in every row.
  var varying: TextTable {
    let kept = head.indices.filter { !isConstant($0) }
    return TextTable(
      head: kept.map { head[$0] }, rows: rows.map { row in kept.map { row[$0] } }, style: style)
  }

  private func isConstant(_ column: Int) -> Bool {
    rows.allSatisfy { $0[column] == rows[0][column] }
  }

  private func excess(_ widths: [Int], over width: Int) -> Int {
    widths.reduce(0, +) + Self.gap.count * max(0, widths.count - 1) - width
  }

  /// The width of each column: what its cells need, less where the widest have to give.
  private func widths(atMost width: Int) -> [Int] {
    var widths = head.indices.map { column in
      min(width, (rows.map { $0[column] } + [head[column]]).map(TextWidth.columns).max() ?? 0)
    }
    guard width < .max else { return widths }
    var excess = excess(widths, over: width)
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > Self.columnMin
    {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
