import Wire

/// How a command shows values: to people on a terminal, or one JSON object a line.
struct Report {
  let isJSON: Bool

  /// `json` is the command's flag; what reads a pipe is given JSON as well.
  init(json: Bool) { isJSON = json || !Terminal.isOutput }

  /// Shows a table to people and an object a line to programs; nothing where there are no rows.
  func show(all rows: [WireValue]) {
    guard isJSON || rows.isEmpty else { return show(.array(rows)) }
    for row in rows { show(row) }
  }

  func show(_ value: WireValue) {
    guard !isJSON else { return FileText.print(String(decoding: value.json(), as: UTF8.self)) }
    let style = TextStyle(hasColours: Terminal.hasColours)
    let text = ValueText(value, width: Terminal.columns, style: style).text
    FileText.write(Array(text.utf8), to: FileText.output)
  }
}
