internal import Contract
internal import Events
internal import Store
internal import Wire

extension Roster {
  /// Writes on a group's blackboard, as far as the writing role may (the catalogue, §4.7).
  nonisolated(nonsending) func write(
    _ input: WriteMemory, _ context: CallContext
  ) async throws(Fault) -> Answer<MemoryWritten> {
    let own = try Self.notes(input.metadata, of: "metadata")
    let (roster, scope, principal) = (self, Self.scope(context), context.principal)
    let id = identifiers.uuid().text
    return try await change(context) { (occasion, transaction) throws(Fault) in
      let (group, role, isMember) = try Fault.translating { () throws(StoreError) in
        (
          try AgentGroup.find(input.groupID, visibleTo: scope.organisation, in: transaction),
          try AgentRole.find(input.roleID, visibleTo: scope.organisation, in: transaction),
          try GroupMember.isMember(input.roleID, of: input.groupID, in: transaction)
        )
      }
      guard let group else { throw AgentGroup.notFound(input.groupID) }
      guard let role else { throw AgentRole.notFound(input.roleID) }
      try Self.check(group.projectID, mayBeChangedBy: principal)
      try Self.check(input.type, own, by: role, isMember: isMember)
      var metadata = own
      metadata["blackboard"] = true
      metadata["role_id"] = .text(role.id)
      let memory = Memory(
        id: id, type: input.type, text: input.text.text, metadata: metadata,
        importance: input.importance?.value ?? 0.5, roleID: role.id, groupID: group.id,
        createdAt: occasion.now, updatedAt: occasion.now)
      try Fault.translating { () throws(StoreError) in
        try memory.insert(in: scope, transaction)
        try roster.note(
          .blackboardWritten, group.party, occasion, memory.told,
          stream: Self.stream(of: group.id), in: transaction)
      }
      return MemoryWritten(id: id)
    }
  }

  /// The stream of what happens to a group.
  static func stream(of group: String) -> String { "group:\(group)" }

  /// What may be written by whom: one row of the catalogue's matrix a guard.
  private static func check(
    _ type: MemoryType, _ metadata: WireValue, by role: AgentRole, isMember: Bool
  ) throws(Fault) {
    guard isMember else {
      throw Fault(.forbidden, "the role is no member of the group")
    }
    guard role.isLead || type != .core else {
      throw Fault(.forbidden, "only a lead writes what a project stands on")
    }
    guard role.isLead || !isDecision(metadata) else {
      throw Fault(.forbidden, "only a lead writes decisions")
    }
  }

  /// Whether notes make a memory a decision.
  private static func isDecision(_ metadata: WireValue) -> Bool {
    ["episodic_type", "tag"].contains { name in
      guard case .text(let text)? = metadata[name] else { return false }
      return text.lowercased() == "decision"
    }
  }

  /// What stands on a group's blackboard.
  nonisolated(nonsending) func memories(
    _ input: BlackboardQuery, _ context: CallContext
  ) async throws(Fault) -> MemoryList {
    let scope = Self.scope(context)
    let memories = try await read { (reader) throws(StoreError) -> [Memory]? in
      guard try AgentGroup.find(input.groupID, visibleTo: scope.organisation, in: reader) != nil
      else { return nil }
      return try Memory.newest(
        of: input.groupID, in: scope, type: input.type, most: input.limit.value, reader)
    }
    guard let memories else { throw AgentGroup.notFound(input.groupID) }
    return MemoryList(memories: memories)
  }

  /// One memory of a group.
  nonisolated(nonsending) func memory(
    _ input: MemoryReference, _ context: CallContext
  ) async throws(Fault) -> Memory {
    let scope = Self.scope(context)
    let memory = try await read { (reader) throws(StoreError) in
      try Memory.find(input.memoryID.text, of: input.groupID, in: scope, reader)
    }
    guard let memory else {
      throw Fault(.notFound, "there is no memory \(input.memoryID.text) in this group")
    }
    return memory
  }

  /// The scope, which the pipeline has checked for the methods of blackboards.
  private static func scope(_ context: CallContext) -> Scope {
    guard let scope = context.scope else {
      preconditionFailure("a method of blackboards was called without a scope")
    }
    return scope
  }
}
