/// An earlier run of a session, as the tool `session_runs` tells it.
package struct SessionRun: Hashable, Sendable {
  /// The run.
  package let runID: String
  /// Its public status.
  package let status: String
  /// What it was asked.
  package let input: String
  /// What came out, if anything did.
  package let output: String?
  /// Why it failed, if it did.
  package let error: String?
  /// The names of the tools it called, in order of their first call.
  package let tools: [String]

  /// What names the run where one is told.
  package static let name = "run_id"
  /// The most UTF-8 bytes of each text; the rest is left out, so that a result stays small.
  package static let textBytesMax = 4_096
  /// The most names of tools.
  package static let toolsMax = 32

  package init(
    runID: String, status: String, input: String, output: String?, error: String?, tools: [String]
  ) {
    self.runID = runID
    self.status = status
    self.input = Self.cut(input)
    self.output = output.map(Self.cut)
    self.error = error.map(Self.cut)
    self.tools = Array(tools.prefix(Self.toolsMax))
  }

  /// Reads what `value` wrote.
  init?(_ value: ToolValue) {
    guard case .record(let fields) = value,
      let runID = fields[Self.name]?.text, let status = fields["status"]?.text,
      let input = fields["input"]?.text, case .list(let tools)? = fields["tools"]
    else { return nil }
    self.init(
      runID: runID, status: status, input: input, output: fields["output"]?.text,
      error: fields["error"]?.text, tools: tools.compactMap(\.text))
  }

  /// The run as one item of the tool's result; what it does not have is null.
  package var value: ToolValue {
    .record([
      ToolArgument(Self.name, .text(runID)),
      ToolArgument("status", .text(status)),
      ToolArgument("input", .text(input)),
      ToolArgument("output", output.map(ToolValue.text) ?? .null),
      ToolArgument("error", error.map(ToolValue.text) ?? .null),
      ToolArgument("tools", .list(tools.map(ToolValue.text))),
    ])
  }

  private static func cut(_ text: String) -> String {
    guard text.utf8.count > textBytesMax else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: textBytesMax)
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return String(text[..<end])
  }
}

extension SessionRun {
  /// What models are told about `session_runs`; who holds the runs brings the tool.
  package static let tool = ToolDescription(
    name: "session_runs",
    summary: "Lists the earlier runs of this session, newest first, without the present one.",
    arguments: [
      ToolDescription.Argument(
        limit, .integer(1...limitMax), isRequired: true, summary: "The most runs to list.")
    ])

  /// The most runs of one result.
  package static let limitMax: Int64 = 10

  /// The argument that calls use.
  package static let limit = "limit"

  /// The tool's result for these runs, newest first.
  package static func result(_ runs: [SessionRun]) -> ToolValue {
    .list(runs.map(\.value))
  }

  /// Reads what `result` wrote; nil when it is anything else.
  static func runs(in result: ToolValue) -> [SessionRun]? {
    guard case .list(let items) = result else { return nil }
    let runs = items.compactMap { SessionRun($0) }
    return runs.count == items.count ? runs : nil
  }
}
