internal import Contract
internal import Wire

extension Roster {
  /// Makes a role.
  nonisolated(nonsending) func create(
    _ input: CreateRole, _ context: CallContext
  ) async throws(Fault) -> Answer<AgentRole> {
    let allowed = try Self.texts(input.allowedTools, of: "allowed_tools")
    let denied = try Self.texts(input.deniedTools, of: "denied_tools")
    let style = try Self.notes(input.styleConstraints, of: "style_constraints")
    return try await add(context) { id, occasion in
      AgentRole(
        id: id, orgID: occasion.organisation, name: input.name.text,
        description: input.description?.text ?? "", systemPrompt: input.systemPrompt.text,
        allowedTools: allowed, deniedTools: denied, styleConstraints: style,
        isLead: input.isLead, createdAt: occasion.now, updatedAt: occasion.now)
    }
  }
}
