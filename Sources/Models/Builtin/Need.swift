/// Something an input asks for that a tool can give.
enum Need: Hashable {
  case arithmetic(String)
  case clock
  /// How many runs the input asks for; may be more than the tool gives.
  case sessionRuns(Int64)

  /// The tool that gives it.
  var tool: String {
    switch self {
    case .arithmetic: CalculatorTool.name
    case .clock: ClockTool.name
    case .sessionRuns: SessionRun.tool.name
    }
  }

  /// What the tool is given.
  var arguments: [ToolArgument] {
    switch self {
    case .arithmetic(let expression):
      [ToolArgument(CalculatorTool.expression, .text(expression))]
    case .clock: []
    case .sessionRuns(let count):
      [ToolArgument(SessionRun.limit, .integer(min(max(count, 1), SessionRun.limitMax)))]
    }
  }
}
