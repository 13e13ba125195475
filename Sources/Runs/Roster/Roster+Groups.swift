internal import Contract
internal import Events
internal import Store
internal import Wire

extension Roster {
  /// Makes a group of the caller's organisation, or one that all share.
  nonisolated(nonsending) func create(
    _ input: CreateGroup, _ context: CallContext
  ) async throws(Fault) -> Answer<AgentGroup> {
    try Self.check(input.projectID?.text, mayBeChangedBy: context.principal)
    let (roster, id) = (self, identifiers.next("grp_"))
    return try await change(context) { (occasion, transaction) throws(Fault) in
      let group = AgentGroup(
        id: id, orgID: occasion.organisation, projectID: input.projectID?.text,
        name: input.name.text, description: input.description?.text ?? "",
        createdAt: occasion.now, updatedAt: occasion.now)
      try Self.checkRoom(
        Fault.translating { () throws(StoreError) in
          try transaction.first(
            Int64.self, "SELECT count(*) FROM groups WHERE org_id IS ?1",
            occasion.sqlOrganisation)
        }, below: roster.limits.groupsMax, "groups")
      try Fault.translating { () throws(StoreError) in
        try group.insert(in: transaction)
        try roster.note(
          .groupCreated, Party("group", id), occasion,
          ["group_id": .text(id), "name": .text(group.name)], in: transaction)
      }
      return group
    }
  }

  /// The groups that the caller sees, of one project where it names one.
  nonisolated(nonsending) func groups(
    _ input: GroupsQuery, _ context: CallContext
  ) async throws(Fault) -> GroupList {
    let (organisation, most) = (context.scope?.organisation, limits.groupsMax * 2)
    return GroupList(
      groups: try await read { (reader) throws(StoreError) in
        try AgentGroup.visible(
          to: organisation, project: input.projectID?.text, most: most, in: reader)
      })
  }

  /// One group.
  nonisolated(nonsending) func group(
    _ input: GroupReference, _ context: CallContext
  ) async throws(Fault) -> AgentGroup {
    let organisation = context.scope?.organisation
    let group = try await read { (reader) throws(StoreError) in
      try AgentGroup.find(input.groupID, visibleTo: organisation, in: reader)
    }
    guard let group else { throw Self.notFound(input.groupID) }
    return group
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
          try GroupMember.all(
            of: input.groupID, most: roster.limits.membersMax, in: transaction)
        )
      }
      guard let group else { throw Self.notFound(input.groupID) }
      guard group.orgID == occasion.organisation else { throw Self.shared("group") }
      try Self.check(group.projectID, mayBeChangedBy: principal)
      guard role != nil else { throw Self.notFound(input.roleID) }
      guard !members.contains(where: { $0.roleID == input.roleID.text }) else {
        throw Fault(
          .conflict, "the role is a member of the group already",
          details: [Fault.Detail("field", "role_id")])
      }
      try Self.checkRoom(
        Int64(members.count), below: roster.limits.membersMax, "members in this group")
      let member = GroupMember(
        id: id, groupID: group.id, roleID: input.roleID.text, agentInstanceID: agent,
        ordinal: Int64(input.ordinal.value), createdAt: occasion.now)
      try Fault.translating { () throws(StoreError) in
        try member.insert(in: transaction)
        try roster.note(
          .memberAdded, Party("group", group.id), occasion,
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
    let (organisation, most) = (context.scope?.organisation, limits.membersMax)
    let members = try await read { (reader) throws(StoreError) -> [GroupMember]? in
      guard try AgentGroup.find(input.groupID, visibleTo: organisation, in: reader) != nil else {
        return nil
      }
      return try GroupMember.all(of: input.groupID, most: most, in: reader)
    }
    guard let members else { throw Self.notFound(input.groupID) }
    return MemberList(members: members)
  }

  static func notFound(_ id: GroupID) -> Fault {
    Fault(.notFound, "there is no group \(id.text)", details: [Fault.Detail("field", "group_id")])
  }

  /// Refuses what is of another project than the only one that a caller may act for.
  static func check(_ project: String?, mayBeChangedBy principal: Principal) throws(Fault) {
    guard let only = principal.project, project != only else { return }
    throw Fault(
      .forbidden, "this caller may act for the groups of one project only",
      name: "SCOPE_FORBIDDEN", details: [Fault.Detail("field", "project_id")])
  }

  /// The refusal of a change of what other organisations use as well.
  static func shared(_ thing: String) -> Fault {
    Fault(.forbidden, "the \(thing) is shared by all organisations; yours may not change it")
  }
}
