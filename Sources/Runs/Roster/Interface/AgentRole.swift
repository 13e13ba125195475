package import Wire

/// The name of a role: `role_` and letters or digits.
package struct RoleID: MadeName {
  package static let prefix: StaticString = "role_"
  package let text: String

  package init(trusted text: String) { self.text = text }
}

/// What makes a role.
package struct CreateRole: Coded {
  /// What people call the role by.
  package let name: Text<1, 80>
  /// What the role is for.
  package let description: Text<0, 2000>?
  /// The instructions that stand before everything else that the role's model reads.
  package let systemPrompt: Text<1, 20_000>
  /// The tools that the role may use; all when there is none.
  ///
  /// An entry is a tool's name, the beginning of names before a `*`, the id of a skill, or `skill:`
  /// and that id.
  package var allowedTools: [Text<1, 200>] = []
  /// The tools that the role may never use, in the same words.
  package var deniedTools: [Text<1, 200>] = []
  /// How the role writes: a map of at most 4 KiB as JSON.
  package let styleConstraints: WireValue?
  /// Whether the role decides in a group that it is a member of.
  package var isLead: Bool = false
}

/// A role that agents of a group play.
package struct AgentRole: Coded {
  package let id: String
  /// The organisation that made the role; null for one that all organisations share.
  package let orgID: String?
  package let name: String
  package let description: String
  package let systemPrompt: String
  package let allowedTools: [String]
  package let deniedTools: [String]
  package let styleConstraints: WireValue
  package let isLead: Bool
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
}

/// Which role is meant.
package struct RoleReference: Coded {
  package let roleID: RoleID
}

/// The roles that a caller sees, in the order of their making.
package struct RoleList: Coded {
  package let roles: [AgentRole]
}
