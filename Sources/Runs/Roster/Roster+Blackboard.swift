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
      let draft = MemoryDraft(
        id: id, group: input.groupID, role: input.roleID, type: input.type,
        text: input.text.text, notes: own, importance: input.importance?.value)
      let memory = try draft.put(in: scope, at: occasion.now, transaction) {
        (group) throws(Fault) in
        try Self.check(group.projectID, mayBeChangedBy: principal)
      }
      try Fault.translating { () throws(StoreError) in
        try roster.note(
          .blackboardWritten, Party("group", memory.groupID), occasion, memory.told,
          stream: Self.stream(of: memory.groupID), in: transaction)
      }
      return MemoryWritten(id: id)
    }
  }

  /// The stream of what happens to a group.
  static func stream(of group: String) -> String { "group:\(group)" }

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
