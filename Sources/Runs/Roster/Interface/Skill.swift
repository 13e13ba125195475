package import Wire

/// The name of a skill: `skill_` and letters or digits.
package struct SkillID: MadeName {
  package static let prefix: StaticString = "skill_"
  package let text: String

  package init(trusted text: String) { self.text = text }
}

/// What registers a skill.
package struct CreateSkill: Coded {
  /// What people call the skill by, once in an organisation.
  package let name: Text<1, 80>
  /// What the skill is good for.
  package let description: Text<0, 2000>?
  /// The tools that it brings; each belongs to one skill.
  package var tools: [SkillTool] = []
  /// What a wrong use may do; a tool of high risk is not used unasked.
  package let riskLevel: RiskLevel?
  /// Where the tools run.
  package let provider: SkillProvider?
  /// Whether a model may use the skill although nobody named it.
  package var allowImplicitInvocation: Bool = false
  /// Where the skill's own text begins.
  package let entryPath: Text<1, 1000>?
  /// Where the skill came from.
  package let sourceType: SkillSource?
  /// What the skill needs.
  package let dependencies: SkillDependencies?
}

/// A tool of a skill, as models are told of it.
package struct SkillTool: Coded {
  package let name: Text<1, 80>
  package let description: Text<0, 2000>?
  /// What a call may say: a JSON schema, at most 16 KiB of it.
  package let parameters: WireValue?
}

/// What a wrong use of a skill may do.
package enum RiskLevel: String, Coded, CaseIterable {
  case low
  case medium
  case high
}

/// Where the tools of a skill run.
package enum SkillProvider: String, Coded, CaseIterable {
  case builtin
  case mcp
}

/// Where a skill came from.
package enum SkillSource: String, Coded, CaseIterable {
  case local
  case repo
  case system
  case remote
}

/// Whether the tools of a skill answer.
package enum SkillHealth: String, Coded, CaseIterable {
  case unknown
  case healthy
  case unhealthy
}

/// What a skill needs.
package struct SkillDependencies: Coded {
  package var tools: [Text<1, 80>] = []
  package var envVars: [Text<1, 200>] = []
}

/// A skill that agents may use.
package struct Skill: Coded {
  package let id: String
  /// The organisation that registered the skill; null for one that all organisations share.
  package let orgID: String?
  package let name: String
  package let description: String
  package let tools: [SkillTool]
  package let riskLevel: RiskLevel
  package let provider: SkillProvider
  package let allowImplicitInvocation: Bool
  package let entryPath: String?
  package let sourceType: SkillSource?
  package let dependencies: SkillDependencies?
  package let healthStatus: SkillHealth
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
}

/// Which skill is meant.
package struct SkillReference: Coded {
  package let skillID: SkillID
}

/// The skills that a caller sees, in the order of their registration.
package struct SkillList: Coded {
  package let skills: [Skill]
}
