internal import Contract
internal import Models
internal import Store
internal import Wire

/// Tells a model all about one skill.
struct SkillsGetTool: Tool {
  let turn: ToolTurn

  private static let skill = "skill_id", bytesMax = 80
  /// JSON bytes of the tools that are shown; those that come later are left out.
  private static let toolsBytesMax = 32 << 10

  var description: ToolDescription {
    ToolDescription(
      name: "skills_get",
      summary: "Tells all about one skill: what its tools take, where it came from, its risk.",
      arguments: [
        ToolDescription.Argument(
          Self.skill, .text(bytesMax: Self.bytesMax), isRequired: true,
          summary: "The skill, as skills_list names it.")
      ])
  }

  var mutates: Bool { false }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    guard let id = arguments.text(Self.skill) else { throw .missingArgument(Self.skill) }
    let organisation = turn.job.scope.organisation
    let skill = try await turn.read("the skills") { (reader) throws(StoreError) in
      try Skill.find(SkillID(trusted: id), visibleTo: organisation, in: reader)
    }
    guard let skill else { throw .refused(code: "not_found", reason: "there is no skill \(id)") }
    return ToolValue(Self.told(skill))
  }

  private static func told(_ skill: Skill) -> WireValue {
    var told: WireValue = [
      "skill_id": .text(skill.id), "name": .text(skill.name),
      "description": .text(skill.description), "risk_level": .text(skill.riskLevel.rawValue),
      "provider": .text(skill.provider.rawValue),
      "health_status": .text(skill.healthStatus.rawValue),
    ]
    told["entry_path"] = skill.entryPath.map { .text($0) }
    told["source_type"] = skill.sourceType.map { .text($0.rawValue) }
    var room = toolsBytesMax
    let tools = skill.tools.map { $0.wireValue() }.prefix { tool in
      room -= tool.json().count
      return room >= 0
    }
    told["tools"] = .array(Array(tools))
    if tools.count < skill.tools.count {
      told["tools_left_out"] = .integer(Int64(skill.tools.count - tools.count))
    }
    return told
  }
}
