internal import Contract
internal import Events
internal import Store
internal import Wire

extension Roster {
  /// Registers a skill.
  nonisolated(nonsending) func create(
    _ input: CreateSkill, _ context: CallContext
  ) async throws(Fault) -> Answer<Skill> {
    try Self.check(input)
    // Skills are the whole organisation's.
    try Self.check(nil, mayBeChangedBy: context.principal)
    guard input.sourceType != .system || context.principal.permissions.contains(.admin) else {
      throw Fault(.forbidden, "only an administrator registers a skill of the system, which stays")
    }
    return try await add(context, checking: Self.checkNames) { id, occasion in
      Skill(
        id: id, orgID: occasion.organisation, name: input.name.text,
        description: input.description?.text ?? "", tools: input.tools,
        riskLevel: input.riskLevel ?? .low, provider: input.provider ?? .builtin,
        allowImplicitInvocation: input.allowImplicitInvocation,
        entryPath: input.entryPath?.text, sourceType: input.sourceType,
        dependencies: input.dependencies, healthStatus: .unknown, createdAt: occasion.now,
        updatedAt: occasion.now)
    }
  }

  private static func check(_ input: CreateSkill) throws(Fault) {
    try checkLength(input.tools.count, of: "tools")
    try checkLength(input.dependencies?.tools.count ?? 0, of: "dependencies.tools")
    try checkLength(input.dependencies?.envVars.count ?? 0, of: "dependencies.env_vars")
    for (index, tool) in input.tools.enumerated() {
      let place = "tools[\(index)]"
      guard !input.tools[..<index].contains(where: { $0.name == tool.name }) else {
        throw .field("\(place).name", "this tool is there twice")
      }
      guard let schema = tool.parameters else { continue }
      guard case .map = schema, schema.isJSON else {
        throw .field("\(place).parameters", "expected a map, which is a JSON schema")
      }
      guard schema.json().count <= RosterLimits.schemaBytesMax else {
        throw .field(
          "\(place).parameters", "longer than \(RosterLimits.schemaBytesMax) bytes as JSON")
      }
    }
  }

  /// Refuses a name that the organisation has already, and a tool that another skill brings which
  /// is seen beside this one.
  @Sendable private static func checkNames(
    of skill: Skill, in transaction: borrowing Transaction
  ) throws(Fault) {
    let namesake = try Fault.translating { () throws(StoreError) in
      try transaction.first(
        String.self, "SELECT id FROM skills WHERE name = ?1 AND org_id IS ?2",
        .text(skill.name), .optional(skill.orgID))
    }
    if let namesake {
      throw Fault(
        .conflict, "there is a skill of this name already",
        details: [Fault.Detail("field", "name"), Fault.Detail("skill_id", .text(namesake))])
    }
    for tool in skill.tools {
      let owner = try Fault.translating { () throws(StoreError) in
        try Skill.owner(of: tool.name.text, besides: skill.orgID, in: transaction)
      }
      guard let owner else { continue }
      // A skill that the caller does not see is not named.
      let seen = try Fault.translating { () throws(StoreError) in
        try Skill.find(SkillID(trusted: owner), visibleTo: skill.orgID, in: transaction)
      }
      throw Fault(
        .conflict, "the tool \(tool.name.text) belongs to another skill",
        details: [Fault.Detail("field", "tools")]
          + (seen.map { [Fault.Detail("skill_id", .text($0.id))] } ?? []))
    }
  }

  /// Takes a skill out of the roster.
  nonisolated(nonsending) func remove(
    _ input: SkillReference, _ context: CallContext
  ) async throws(Fault) -> Answer<Done> {
    let (roster, principal) = (self, context.principal)
    return try await change(context) { (occasion, transaction) throws(Fault) in
      let skill = try Fault.translating { () throws(StoreError) in
        try Skill.find(input.skillID, visibleTo: occasion.organisation, in: transaction)
      }
      guard let skill else { throw Skill.notFound(input.skillID) }
      guard skill.sourceType != .system else {
        throw Fault(.forbidden, "a skill of the system stays")
      }
      guard skill.orgID == occasion.organisation else { throw Skill.isShared }
      try Self.check(nil, mayBeChangedBy: principal)
      try Fault.translating { () throws(StoreError) in
        try skill.remove(in: transaction)
        try roster.note(.skillRemoved, skill.party, occasion, skill.told, in: transaction)
      }
      return Done()
    }
  }
}
