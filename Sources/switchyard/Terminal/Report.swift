import Wire

/// How a command shows values: to people on a terminal, or one JSON object a line.
struct Report {
  let isJSON: Bool

  /// `json` is the command's flag; what reads a pipe is given JSON as well.
  init(json: Bool) { isJSON = json || !Terminal.isOutput }

  func show(_ value: WireValue) {
    guard !isJSON else { return FileText.print(String(decoding: value.json(), as: UTF8.self)) }
    let style = TextStyle(hasColours: Terminal.hasColours)
    let text = ValueText(value, width: Terminal.columns, style: style).text
    FileText.write(Array(text.utf8), to: FileText.output)
  }
}
