internal import Contract
internal import Events
internal import Store
internal import Wire

/// What a role is about to write on a group's blackboard.
struct MemoryDraft: Sendable {
  let id: String
  let group: GroupID
  let role: RoleID
  let type: MemoryType
  let text: String
  /// Free notes, a map.
  let notes: WireValue
  /// How much it matters; nil where nobody says.
  let importance: Double?

  /// How much a memory matters of which nobody says it.
  private static let importanceStandard = 0.5

  /// The memory, which stands on the blackboard then, as far as its role may write it and `permit`
  /// lets the group be written for.
  func put(
    in scope: Scope, at now: Timestamp, _ transaction: borrowing Transaction,
    permit: (AgentGroup) throws(Fault) -> Void = { (_) throws(Fault) in }
  ) throws(Fault) -> Memory {
    let (found, writer, isMember) = try Fault.translating { () throws(StoreError) in
      (
        try AgentGroup.find(group, visibleTo: scope.organisation, in: transaction),
        try AgentRole.find(role, visibleTo: scope.organisation, in: transaction),
        try GroupMember.isMember(role, of: group, in: transaction)
      )
    }
    guard let found else { throw AgentGroup.notFound(group) }
    guard let writer else { throw AgentRole.notFound(role) }
    try permit(found)
    try check(by: writer, isMember: isMember)
    var metadata = notes
    metadata["blackboard"] = true
    metadata["role_id"] = .text(writer.id)
    let memory = Memory(
      id: id, type: type, text: text, metadata: metadata,
      importance: importance ?? Self.importanceStandard, roleID: writer.id, groupID: found.id,
      createdAt: now, updatedAt: now)
    try Fault.translating { () throws(StoreError) in try memory.insert(in: scope, transaction) }
    return memory
  }

  /// What may be written by whom: one row of the catalogue's matrix a guard (§4.7).
  private func check(by role: AgentRole, isMember: Bool) throws(Fault) {
    guard isMember else {
      throw Fault(.forbidden, "the role is no member of the group")
    }
    guard role.isLead || type != .core else {
      throw Fault(.forbidden, "only a lead writes what a project stands on")
    }
    guard role.isLead || !isDecision else {
      throw Fault(.forbidden, "only a lead writes decisions")
    }
  }

  /// Whether the notes make it a decision.
  private var isDecision: Bool {
    ["episodic_type", "tag"].contains { name in
      guard case .text(let text)? = notes[name] else { return false }
      return text.lowercased() == "decision"
    }
  }
}
