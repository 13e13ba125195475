internal import Contract
internal import Events
internal import Store
internal import Wire

extension Roster {
  /// Makes a group.
  nonisolated(nonsending) func create(
    _ input: CreateGroup, _ context: CallContext
  ) async throws(Fault) -> Answer<AgentGroup> {
    try Self.check(input.projectID?.text, mayBeChangedBy: context.principal)
    return try await add(context) { id, occasion in
      AgentGroup(
        id: id, orgID: occasion.organisation, projectID: input.projectID?.text,
        name: input.name.text, description: input.description?.text ?? "",
        createdAt: occasion.now, updatedAt: occasion.now)
    }
  }

  /// Makes a role a member of a group.
  nonisolated(nonsending) func add(
    _ input: AddMember, _ context: CallContext
  ) async throws(Fault) -> Answer<GroupMember> {
    let (roster, principal) = (self, context.principal)
    let (id, agent) = (identifiers.next("gm_"), identifiers.next("agt_"))
    return try await change(context) { (occasion, transaction) throws(Fault) in
      let (group, role, members) = try Fault.translating { () throws(StoreError) in
        (
          try AgentGroup.find(
            input.groupID, visibleTo: occasion.organisation, in: transaction),
          try AgentRole.find(input.roleID, visibleTo: occasion.organisation, in: transaction),
          try GroupMember.all(of: input.groupID, in: transaction)
        )
      }
      guard let group else { throw AgentGroup.notFound(input.groupID) }
      guard group.orgID == occasion.organisation else { throw AgentGroup.isShared }
      try Self.check(group.projectID, mayBeChangedBy: principal)
      guard role != nil else { throw AgentRole.notFound(input.roleID) }
      guard !members.contains(where: { $0.roleID == input.roleID.text }) else {
        throw Fault(
          .conflict, "the role is a member of the group already",
          details: [Fault.Detail("field", "role_id")])
      }
      try Self.checkRoom(
        Int64(members.count), below: RosterLimits.membersMax, "members in this group")
      let member = GroupMember(
        id: id, groupID: group.id, roleID: input.roleID.text, agentInstanceID: agent,
        ordinal: Int64(input.ordinal.value), createdAt: occasion.now)
      try Fault.translating { () throws(StoreError) in
        try member.insert(in: transaction)
        try roster.note(
          .memberAdded, group.party, occasion,
          [
            "group_id": .text(group.id), "role_id": .text(member.roleID),
            "ordinal": .integer(member.ordinal),
          ], in: transaction)
      }
      return member
    }
  }

  /// The members of a group.
  nonisolated(nonsending) func members(
    _ input: GroupReference, _ context: CallContext
  ) async throws(Fault) -> MemberList {
    let organisation = context.scope?.organisation
    let members = try await read { (reader) throws(StoreError) -> [GroupMember]? in
      guard try AgentGroup.find(input.groupID, visibleTo: organisation, in: reader) != nil else {
        return nil
      }
      return try GroupMember.all(of: input.groupID, in: reader)
    }
    guard let members else { throw AgentGroup.notFound(input.groupID) }
    return MemberList(members: members)
  }

  /// Refuses what is of another project than the only one that a caller may act for.
  static func check(_ project: String?, mayBeChangedBy principal: Principal) throws(Fault) {
    guard let only = principal.project, project != only else { return }
    throw Fault(
      .forbidden, "this caller may change what is of one project only",
      name: "SCOPE_FORBIDDEN", details: [Fault.Detail("field", "project_id")])
  }
}
