internal import Wire

/// Who works on a run: the run's own agent, or a member of its group.
struct RunAgent: Sendable {
  /// What events call it.
  let id: String
  /// The instructions that stand before everything else; nil for none.
  let system: String?
  let policy: ToolPolicy

  /// The agent of a run that is given to no group.
  init(of job: RunJob) {
    id = job.agent
    system = nil
    policy = ToolPolicy(role: nil, allowed: [], denied: [], delegated: job.delegated)
  }

  /// A member, playing its role in a run.
  init(_ member: GroupMember, as role: AgentRole, in job: RunJob) {
    id = member.agentInstanceID
    var system = role.systemPrompt
    if role.styleConstraints != [:] {
      system +=
        "\n\nWrite as this says: "
        + String(decoding: role.styleConstraints.json(), as: UTF8.self)
    }
    self.system = system
    policy = ToolPolicy(
      role: role.id, allowed: role.allowedTools, denied: role.deniedTools,
      delegated: job.delegated)
  }
}
