internal import Models

/// The tools that agents have: a row makes one, or nothing where a turn has no use for it.
enum RunTools {
  private typealias Maker = @Sendable (ToolTurn) -> (any Tool)?

  private static let makers: [Maker] = [
    { _ in CalculatorTool() },
    { _ in ClockTool() },
    { SessionRunsTool(turn: $0) },
    { turn in
      // Where no run can be started, nobody looks for groups.
      GroupRunTool(turn.job, turn.setup.database).map { _ in
        GroupsTool(database: turn.setup.database, job: turn.job)
      }
    },
    { GroupRunTool($0.job, $0.setup.database) },
    { SkillsListTool(turn: $0) },
    { SkillsGetTool(turn: $0) },
    { MemorySearchTool(turn: $0) },
    { BlackboardReadTool(turn: $0) },
    { BlackboardWriteTool(turn: $0) },
    { HTTPGetTool(turn: $0) },
  ]

  /// The tools of a turn; one that a server brings stands back behind one of its name.
  static func toolbox(for turn: ToolTurn, besides brought: [ServerTool]) -> Toolbox {
    let own: [any Tool] =
      makers.compactMap { $0(turn) } + FileTool.rows.compactMap { FileTool($0, turn) }
    let toolbox = Toolbox(own)
    guard !brought.isEmpty else { return toolbox }
    return Toolbox(own + brought.filter { toolbox[$0.tool.name] == nil })
  }
}
