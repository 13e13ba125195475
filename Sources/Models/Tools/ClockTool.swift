/// Tells the time.
package struct ClockTool: Tool {
  package init() {}

  /// The name that calls use.
  static let name = "clock"

  package var description: ToolDescription {
    ToolDescription(
      name: Self.name, summary: "Tells the current date and time in UTC, as ISO 8601.",
      arguments: [])
  }

  package var mutates: Bool { false }

  package func run(_: [ToolArgument], at now: Int64) throws(ToolError) -> ToolValue {
    .text(CivilTime(unixMilliseconds: now).text)
  }
}
