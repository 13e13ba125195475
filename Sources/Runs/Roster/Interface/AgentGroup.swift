package import Wire

/// The name of a group: `grp_` and letters or digits.
package struct GroupID: MadeName {
  package static let prefix: StaticString = "grp_"
  package let text: String

  package init(trusted text: String) { self.text = text }
}

/// What makes a group.
package struct CreateGroup: Coded {
  /// What people call the group by.
  package let name: Text<1, 80>
  /// What the group is for.
  package let description: Text<0, 2000>?
  /// The project that the group works for.
  package let projectID: Text<1, 128>?
}

/// Agents that work together.
package struct AgentGroup: Coded {
  package let id: String
  /// The organisation that made the group; null for one that all organisations share.
  package let orgID: String?
  /// The project that the group works for; null where it names none.
  package let projectID: String?
  package let name: String
  package let description: String
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
}

/// Which group is meant.
package struct GroupReference: Coded {
  package let groupID: GroupID
}

/// Which groups are wanted.
package struct GroupsQuery: Coded {
  /// The project that they work for; all groups when it is absent.
  package let projectID: Text<1, 128>?
}

/// The groups that a caller sees, in the order of their making.
package struct GroupList: Coded {
  package let groups: [AgentGroup]
}

/// What makes a role a member of a group.
package struct AddMember: Coded {
  package let groupID: GroupID
  package let roleID: RoleID
  /// The member's place: members work from the lowest to the highest.
  package var ordinal: Bounded<0, 1_000_000> = 0
}

/// A role in a group.
package struct GroupMember: Coded {
  package let id: String
  package let groupID: String
  package let roleID: String
  /// The agent that plays the role in this group.
  package let agentInstanceID: String
  package let ordinal: Int64
  package let createdAt: Timestamp
}

/// The members of a group, in the order in which they work.
package struct MemberList: Coded {
  package let members: [GroupMember]
}
