internal import Wire

/// Which tools an agent may use (the catalogue, §4.5).
struct ToolPolicy: Sendable {
  /// The role whose lists come first; nil for an agent without one.
  let role: String?
  /// Lists that all hold: the role's, and those of whoever gave the run to its group.
  let lists: [ToolLists]

  init(role: String?, allowed: [String], denied: [String], delegated: [ToolLists] = []) {
    self.role = role
    lists = [ToolLists(allowed: allowed, denied: denied)] + delegated
  }

  /// What becomes of a call.
  enum Verdict: Hashable, Sendable {
    case allowed
    /// Somebody has to allow it first.
    case asked(reason: String)
    case blocked(reason: String)

    /// Why the tool is not simply used; nil where it is.
    var reason: String? {
      switch self {
      case .allowed: nil
      case .asked(let reason), .blocked(let reason): reason
      }
    }
  }

  /// Tools by which an agent finds out what there is.
  private static let discovery: Set<String> = ["skills_list", "skills_get"]

  /// The verdict on a tool, which one of the skills may bring, in a run that asks people or does
  /// not.
  func verdict(on tool: String, among skills: [ToolOwner], asks: Bool) -> Verdict {
    let skill = skills.first { $0.tool == tool }
    if Self.discovery.contains(tool) { return .allowed }
    if lists.contains(where: { $0.denies(tool, skill) }) {
      return .blocked(reason: "the role may not use this tool")
    }
    if skill?.risk == .high {
      guard asks else {
        return .blocked(reason: "a tool of high risk needs an approval, and this run asks nobody")
      }
      return .asked(reason: "the tool is of high risk")
    }
    guard lists.allSatisfy({ $0.allows(tool, skill) }) else {
      return .blocked(reason: "the tool is none of those that the role may use")
    }
    return .allowed
  }
}

/// What a role says of tools: names, beginnings with a star, skills.
struct ToolLists: Coded, Hashable {
  /// Where it is empty, everything.
  let allowed: [String]
  let denied: [String]

  func denies(_ tool: String, _ skill: ToolOwner?) -> Bool {
    denied.contains { Self.matches($0, tool, skill) }
  }

  func allows(_ tool: String, _ skill: ToolOwner?) -> Bool {
    allowed.isEmpty || allowed.contains { Self.matches($0, tool, skill) }
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
