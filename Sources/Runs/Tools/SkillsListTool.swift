internal import Contract
internal import Models
internal import Store
internal import Wire

/// Tells a model which skills its organisation has.
struct SkillsListTool: Tool {
  let turn: ToolTurn

  private static let limit = "limit", countMax: Int64 = 100, countStandard: Int64 = 50
  /// Letters of a description, and names of tools, that the list shows of a skill.
  private static let descriptionMax = 200, toolsMax = 20

  var description: ToolDescription {
    ToolDescription(
      name: "skills_list",
      summary: "Lists the skills that there are: their names, what they are good for, their tools.",
      arguments: [
        ToolDescription.Argument(
          Self.limit, .integer(1...Self.countMax), isRequired: false,
          summary: "The most skills to list; \(Self.countStandard) when it is left out.")
      ])
  }

  var mutates: Bool { false }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    let limit = arguments.integer(Self.limit) ?? Self.countStandard
    let organisation = turn.job.scope.organisation
    let skills = try await turn.read("the skills") { (reader) throws(StoreError) in
      try reader.all(Skill.self, Skill.row.list, .text(organisation), .integer(limit))
    }
    return .list(skills.map(Self.line))
  }

  private static func line(_ skill: Skill) -> ToolValue {
    .record([
      ToolArgument("skill_id", .text(skill.id)), ToolArgument("name", .text(skill.name)),
      ToolArgument(
        "description", .text(Excerpt.clipped(skill.description, scalarsMax: descriptionMax))),
      ToolArgument("risk_level", .text(skill.riskLevel.rawValue)),
      ToolArgument("tools", .list(skill.tools.prefix(toolsMax).map { .text($0.name.text) })),
    ])
  }
}
