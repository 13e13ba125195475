package import Wire

/// How long what is remembered matters.
package enum MemoryType: String, Coded, CaseIterable {
  /// What a project stands on.
  case core
  /// What happened.
  case episodic
  /// What is kept to be looked up.
  case archival
}

/// What writes on a group's blackboard.
package struct WriteMemory: Coded {
  package let groupID: GroupID
  package let type: MemoryType
  package let text: Text<1, 20_000>
  /// Free notes, a map of at most 4 KiB as JSON; a `tag` of `decision` makes it a decision.
  package let metadata: WireValue?
  /// How much it matters, 0 to 1; 0.5 when it is absent.
  package let importance: BoundedNumber<0, 1>?
  /// The role that writes, a member of the group.
  package let roleID: RoleID
}

/// What stands on a group's blackboard.
package struct Memory: Coded {
  package let id: String
  package let type: MemoryType
  package let text: String
  package let metadata: WireValue
  package let importance: Double
  package let roleID: String
  package let groupID: String
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
}

/// Which memory is meant.
package struct MemoryReference: Coded {
  package let groupID: GroupID
  package let memoryID: Text<1, 128>
}

/// The receipt for a memory.
package struct MemoryWritten: Coded {
  package let id: String
}

/// Which of a blackboard's memories are wanted.
package struct BlackboardQuery: Coded {
  package let groupID: GroupID
  /// The most that are wanted.
  package var limit: Bounded<1, 200> = 50
  /// One type only.
  package let type: MemoryType?
}

/// What stands on a group's blackboard, newest first.
package struct MemoryList: Coded {
  package let memories: [Memory]
}
