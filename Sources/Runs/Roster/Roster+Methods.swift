package import Contract
internal import Store
internal import Wire

/// The interface of the roster, one row a method (document 004; the catalogue, §4.5 to §4.8).
extension Roster {
  /// The rows, in the order in which the description lists them.
  package static let methods = roles + groups + blackboard + skills

  private static let roles: [Method<Roster>] = [
    Method(
      task: "switchyard.runs.v1.Roles/Create", .post, "/api/roles", zone: .runs,
      summary: "Makes a role of the organisation, or of all where the request names none.",
      permission: .write, scope: .optional, status: 201, faults: [.conflict],
      example: RosterExamples.createRole
    ) { (roster, input: CreateRole, context) async throws(Fault) -> Answer<AgentRole> in
      try await roster.create(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Roles/List", .get, "/api/roles", zone: .runs,
      summary: "Lists the roles of the organisation and those that all share.",
      permission: .read, scope: .optional, example: RosterExamples.listRoles
    ) { (roster, _: NoInput, context) async throws(Fault) -> Answer<RoleList> in
      Answer(RoleList(roles: try await roster.entries(context)))
    },
    Method(
      task: "switchyard.runs.v1.Roles/Get", .get, "/api/roles/{role_id}", zone: .runs,
      summary: "Shows a role.", permission: .read, scope: .optional, faults: [.notFound],
      example: RosterExamples.getRole
    ) { (roster, input: RoleReference, context) async throws(Fault) -> Answer<AgentRole> in
      Answer(try await roster.entry(input.roleID, context))
    },
  ]

  private static let groups: [Method<Roster>] = [
    Method(
      task: "switchyard.runs.v1.Groups/Create", .post, "/api/groups", zone: .runs,
      summary: "Makes a group of the organisation, or of all where the request names none.",
      permission: .write, scope: .optional, status: 201, faults: [.conflict],
      example: RosterExamples.createGroup
    ) { (roster, input: CreateGroup, context) async throws(Fault) -> Answer<AgentGroup> in
      try await roster.create(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Groups/List", .get, "/api/groups", zone: .runs,
      summary: "Lists the groups of the organisation and those that all share.",
      permission: .read, scope: .optional, example: RosterExamples.listGroups
    ) { (roster, input: GroupsQuery, context) async throws(Fault) -> Answer<GroupList> in
      Answer(
        GroupList(
          groups: try await roster.entries(context, .optional(input.projectID?.text))))
    },
    Method(
      task: "switchyard.runs.v1.Groups/Get", .get, "/api/groups/{group_id}", zone: .runs,
      summary: "Shows a group.", permission: .read, scope: .optional, faults: [.notFound],
      example: RosterExamples.getGroup
    ) { (roster, input: GroupReference, context) async throws(Fault) -> Answer<AgentGroup> in
      Answer(try await roster.entry(input.groupID, context))
    },
    Method(
      task: "switchyard.runs.v1.Groups/AddMember", .post, "/api/groups/{group_id}/members",
      zone: .runs, summary: "Makes a role a member of a group.", permission: .write,
      scope: .optional, status: 201, faults: [.notFound, .conflict],
      example: RosterExamples.addMember
    ) { (roster, input: AddMember, context) async throws(Fault) -> Answer<GroupMember> in
      try await roster.add(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Groups/Members", .get, "/api/groups/{group_id}/members",
      zone: .runs, summary: "Lists the members of a group in the order in which they work.",
      permission: .read, scope: .optional, faults: [.notFound], example: RosterExamples.members
    ) { (roster, input: GroupReference, context) async throws(Fault) -> Answer<MemberList> in
      Answer(try await roster.members(input, context))
    },
  ]

  private static let blackboard: [Method<Roster>] = [
    Method(
      task: "switchyard.runs.v1.Blackboard/List", .get, "/api/groups/{group_id}/blackboard",
      zone: .runs, summary: "Lists what stands on a group's blackboard, newest first.",
      permission: .read, scope: .user, faults: [.notFound], example: RosterExamples.memories
    ) { (roster, input: BlackboardQuery, context) async throws(Fault) -> Answer<MemoryList> in
      Answer(try await roster.memories(input, context))
    },
    Method(
      task: "switchyard.runs.v1.Blackboard/Get", .get,
      "/api/groups/{group_id}/blackboard/{memory_id}", zone: .runs,
      summary: "Shows one thing that stands on a group's blackboard.",
      permission: .read, scope: .user, faults: [.notFound], example: RosterExamples.memory
    ) { (roster, input: MemoryReference, context) async throws(Fault) -> Answer<Memory> in
      Answer(try await roster.memory(input, context))
    },
    Method(
      task: "switchyard.runs.v1.Blackboard/Write", .post, "/api/groups/{group_id}/blackboard",
      zone: .runs, summary: "Writes on a group's blackboard in the name of a member.",
      permission: .write, scope: .user, status: 201, faults: [.notFound],
      example: RosterExamples.write
    ) { (roster, input: WriteMemory, context) async throws(Fault) -> Answer<MemoryWritten> in
      try await roster.write(input, context)
    },
  ]

  private static let skills: [Method<Roster>] = [
    Method(
      task: "switchyard.runs.v1.Skills/Create", .post, "/api/skills", zone: .runs,
      summary: "Registers a skill of the organisation, or of all where the request names none.",
      permission: .write, scope: .optional, status: 201, faults: [.conflict],
      example: RosterExamples.createSkill
    ) { (roster, input: CreateSkill, context) async throws(Fault) -> Answer<Skill> in
      try await roster.create(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Skills/List", .get, "/api/skills", zone: .runs,
      summary: "Lists the skills of the organisation and those that all share.",
      permission: .read, scope: .optional, example: RosterExamples.listSkills
    ) { (roster, _: NoInput, context) async throws(Fault) -> Answer<SkillList> in
      Answer(SkillList(skills: try await roster.entries(context)))
    },
    Method(
      task: "switchyard.runs.v1.Skills/Get", .get, "/api/skills/{skill_id}", zone: .runs,
      summary: "Shows a skill.", permission: .read, scope: .optional, faults: [.notFound],
      example: RosterExamples.getSkill
    ) { (roster, input: SkillReference, context) async throws(Fault) -> Answer<Skill> in
      Answer(try await roster.entry(input.skillID, context))
    },
    Method(
      task: "switchyard.runs.v1.Skills/Remove", .delete, "/api/skills/{skill_id}", zone: .runs,
      summary: "Takes a skill out of the roster.", permission: .write, scope: .optional,
      status: 204, faults: [.notFound], example: RosterExamples.removeSkill
    ) { (roster, input: SkillReference, context) async throws(Fault) -> Answer<Done> in
      try await roster.remove(input, context)
    },
  ]
}
