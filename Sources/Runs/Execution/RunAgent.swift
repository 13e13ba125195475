internal import Wire

/// Who works on a run: the run's own agent, or a member of its group.
struct RunAgent: Sendable {
  /// What events call it.
  let id: String
  /// The instructions that stand before everything else; nil for none.
  let system: String?
  let policy: ToolPolicy

  /// The agent of a run that is given to no group.
  init(of job: RunJob) {
    id = job.agent
    system = nil
    policy = ToolPolicy(role: nil, allowed: [], denied: [])
  }

  /// A member, playing its role.
  init(_ member: GroupMember, as role: AgentRole) {
    id = member.agentInstanceID
    var system = role.systemPrompt
    if role.styleConstraints != [:] {
      system +=
        "\n\nWrite as this says: "
        + String(decoding: role.styleConstraints.json(), as: UTF8.self)
    }
    self.system = system
    policy = ToolPolicy(role: role.id, allowed: role.allowedTools, denied: role.deniedTools)
  }
}

/// Which tools an agent may use (the catalogue, §4.5).
struct ToolPolicy: Sendable {
  /// The role whose lists they are; nil for an agent without one.
  let role: String?
  let allowed: [String]
  let denied: [String]

  /// What becomes of a call.
  enum Verdict: Hashable, Sendable {
    case allowed
    case blocked(reason: String)
  }

  /// Tools by which an agent finds out what there is.
  private static let discovery: Set<String> = ["skills_list", "skills_get"]

  /// The verdict on a tool, which one of the skills may bring.
  ///
  /// A tool of high risk is asked for, and nobody answers: it is blocked.
  func verdict(on tool: String, among skills: [ToolOwner]) -> Verdict {
    let skill = skills.first { $0.tool == tool }
    if Self.discovery.contains(tool) { return .allowed }
    if denied.contains(where: { Self.matches($0, tool, skill) }) {
      return .blocked(reason: "the role may not use this tool")
    }
    if skill?.risk == .high {
      return .blocked(reason: "a tool of high risk needs an approval, which is not given here")
    }
    guard allowed.isEmpty || allowed.contains(where: { Self.matches($0, tool, skill) }) else {
      return .blocked(reason: "the tool is none of those that the role may use")
    }
    return .allowed
  }

  /// Whether an entry of a list means a tool.
  private static func matches(_ entry: String, _ tool: String, _ skill: ToolOwner?) -> Bool {
    if entry == tool { return true }
    if entry.hasSuffix("*"), tool.hasPrefix(entry.dropLast()) { return true }
    guard let skill else { return false }
    return entry == skill.id || entry == "skill:\(skill.id)"
  }
}

/// The skill that brings a tool.
struct ToolOwner: Hashable, Sendable {
  let tool: String
  let id: String
  let risk: RiskLevel
}
