internal import Contract
internal import Store

/// The members of a group as a run works with them.
struct Crew: Sendable {
  /// A member and its role.
  struct Player: Sendable {
    let agent: RunAgent
    let role: AgentRole
  }

  /// Who decides: the first lead in the members' order; nil where there is none.
  let lead: Player?
  /// The others, in the order in which they speak.
  let members: [Player]

  /// Whose turn is next in a round: that of the first member who has not had it, then the lead's;
  /// nil at the end.
  func next(in discussion: Discussion) -> Player? { member(in: discussion) ?? lead }

  /// The first member who has not had its turn in a round.
  func member(in discussion: Discussion) -> Player? {
    members.first { !discussion.heard.contains($0.agent.id) }
  }

  /// The members of a group that has any.
  static func find(
    _ group: GroupID, _ job: RunJob, _ setup: RunnerSetup
  ) async throws(RunInterruption) -> Crew {
    let organisation = job.scope.organisation
    do throws(StoreError) {
      return try await setup.database.read { (reader) throws(StoreError) in
        var players: [Player] = []
        for member in try GroupMember.all(of: group, in: reader) {
          let id = RoleID(trusted: member.roleID)
          guard let role = try AgentRole.find(id, visibleTo: organisation, in: reader) else {
            continue
          }
          players.append(Player(agent: RunAgent(member, as: role, in: job), role: role))
        }
        let lead = players.firstIndex { $0.role.isLead }
        return Crew(
          lead: lead.map { players[$0] },
          members: players.indices.filter { $0 != lead }.map { players[$0] })
      }
    } catch {
      throw .store(error)
    }
  }
}
