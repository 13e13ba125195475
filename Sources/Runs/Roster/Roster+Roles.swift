internal import Contract
internal import Events
internal import Store
internal import Wire

extension Roster {
  /// Makes a role of the caller's organisation, or one that all share.
  nonisolated(nonsending) func create(
    _ input: CreateRole, _ context: CallContext
  ) async throws(Fault) -> Answer<AgentRole> {
    let allowed = try entries(input.allowedTools, of: "allowed_tools")
    let denied = try entries(input.deniedTools, of: "denied_tools")
    let style = try notes(input.styleConstraints, of: "style_constraints")
    let (roster, id) = (self, identifiers.next("role_"))
    return try await change(context) { (occasion, transaction) throws(Fault) in
      let role = AgentRole(
        id: id, orgID: occasion.organisation, name: input.name.text,
        description: input.description?.text ?? "", systemPrompt: input.systemPrompt.text,
        allowedTools: allowed, deniedTools: denied, styleConstraints: style,
        isLead: input.isLead, createdAt: occasion.now, updatedAt: occasion.now)
      try Self.checkRoom(
        Fault.translating { () throws(StoreError) in
          try transaction.first(
            Int64.self, "SELECT count(*) FROM roles WHERE org_id IS ?1", occasion.sqlOrganisation)
        }, below: roster.limits.rolesMax, "roles")
      try Fault.translating { () throws(StoreError) in
        try role.insert(in: transaction)
        try roster.note(
          .roleCreated, Party("role", id), occasion,
          ["role_id": .text(id), "name": .text(role.name), "is_lead": .bool(role.isLead)],
          in: transaction)
      }
      return role
    }
  }

  /// The roles that the caller sees.
  nonisolated(nonsending) func roles(_ context: CallContext) async throws(Fault) -> RoleList {
    let (organisation, most) = (context.scope?.organisation, limits.rolesMax * 2)
    return RoleList(
      roles: try await read { (reader) throws(StoreError) in
        try AgentRole.visible(to: organisation, most: most, in: reader)
      })
  }

  /// One role.
  nonisolated(nonsending) func role(
    _ input: RoleReference, _ context: CallContext
  ) async throws(Fault) -> AgentRole {
    let organisation = context.scope?.organisation
    let role = try await read { (reader) throws(StoreError) in
      try AgentRole.find(input.roleID, visibleTo: organisation, in: reader)
    }
    guard let role else { throw Self.notFound(input.roleID) }
    return role
  }

  static func notFound(_ id: RoleID) -> Fault {
    Fault(.notFound, "there is no role \(id.text)", details: [Fault.Detail("field", "role_id")])
  }
}
