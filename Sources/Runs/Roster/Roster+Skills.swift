internal import Contract
internal import Events
internal import Store
internal import Wire

extension Roster {
  /// Registers a skill of the caller's organisation, or one that all share.
  nonisolated(nonsending) func create(
    _ input: CreateSkill, _ context: CallContext
  ) async throws(Fault) -> Answer<Skill> {
    try check(input)
    // Skills are the whole organisation's.
    try Self.check(nil, mayBeChangedBy: context.principal)
    guard input.sourceType != .system || context.principal.permissions.contains(.admin) else {
      throw Fault(.forbidden, "only an administrator registers a skill of the system, which stays")
    }
    let (roster, id) = (self, identifiers.next("skill_"))
    return try await change(context) { (occasion, transaction) throws(Fault) in
      let skill = Skill(
        id: id, orgID: occasion.organisation, name: input.name.text,
        description: input.description?.text ?? "", tools: input.tools,
        riskLevel: input.riskLevel ?? .low, provider: input.provider ?? .builtin,
        allowImplicitInvocation: input.allowImplicitInvocation,
        entryPath: input.entryPath?.text, sourceType: input.sourceType,
        dependencies: input.dependencies, healthStatus: .unknown, createdAt: occasion.now,
        updatedAt: occasion.now)
      try roster.checkRoom(for: skill, in: transaction)
      try Fault.translating { () throws(StoreError) in
        try skill.insert(in: transaction)
        try roster.note(
          .skillRegistered, Party("skill", id), occasion,
          ["skill_id": .text(id), "name": .text(skill.name)], in: transaction)
      }
      return skill
    }
  }

  private func check(_ input: CreateSkill) throws(Fault) {
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
      guard schema.json().count <= limits.schemaBytesMax else {
        throw .field(
          "\(place).parameters", "longer than \(limits.schemaBytesMax) bytes as JSON")
      }
    }
  }

  /// Refuses a name that the organisation has already, and a tool that another skill brings which
  /// is seen beside this one.
  private func checkRoom(
    for skill: Skill, in transaction: borrowing Transaction
  ) throws(Fault) {
    let (count, namesake) = try Fault.translating { () throws(StoreError) in
      (
        try transaction.first(
          Int64.self, "SELECT count(*) FROM skills WHERE org_id IS ?1", .optional(skill.orgID)),
        try transaction.first(
          String.self, "SELECT id FROM skills WHERE name = ?1 AND org_id IS ?2",
          .text(skill.name), .optional(skill.orgID))
      )
    }
    try Self.checkRoom(count, below: limits.skillsMax, "skills")
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

  /// The skills that the caller sees.
  nonisolated(nonsending) func skills(_ context: CallContext) async throws(Fault) -> SkillList {
    let (organisation, most) = (context.scope?.organisation, limits.skillsMax * 2)
    return SkillList(
      skills: try await read { (reader) throws(StoreError) in
        try Skill.visible(to: organisation, most: most, in: reader)
      })
  }

  /// One skill.
  nonisolated(nonsending) func skill(
    _ input: SkillReference, _ context: CallContext
  ) async throws(Fault) -> Skill {
    let organisation = context.scope?.organisation
    let skill = try await read { (reader) throws(StoreError) in
      try Skill.find(input.skillID, visibleTo: organisation, in: reader)
    }
    guard let skill else { throw Self.notFound(input.skillID) }
    return skill
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
      guard let skill else { throw Self.notFound(input.skillID) }
      guard skill.sourceType != .system else {
        throw Fault(.forbidden, "a skill of the system stays")
      }
      guard skill.orgID == occasion.organisation else { throw Self.shared("skill") }
      try Self.check(nil, mayBeChangedBy: principal)
      try Fault.translating { () throws(StoreError) in
        try skill.remove(in: transaction)
        try roster.note(
          .skillRemoved, Party("skill", skill.id), occasion,
          ["skill_id": .text(skill.id), "name": .text(skill.name)], in: transaction)
      }
      return Done()
    }
  }

  private static func notFound(_ id: SkillID) -> Fault {
    Fault(.notFound, "there is no skill \(id.text)")
  }
}
