internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// The members of a group, one after the other, until the lead has decided (the catalogue, §4.6).
extension AgentLoop {
  /// Rounds in which nothing was decided, after which a run has failed.
  static let roundsMax = 3

  /// Works until the group has an answer, which is in the run's row then.
  mutating func discuss(
    _ job: RunJob, _ group: GroupID, _ setup: RunnerSetup
  ) async throws(RunInterruption) {
    let crew = try await Crew.find(group, job, setup)
    var discussion = state.discussion ?? Discussion()
    while discussion.round <= Self.roundsMax {
      try await hear(crew, &discussion, job)
      if let lead = crew.lead {
        if try await decide(lead, discussion, job, group, setup) { return }
      } else if let last = discussion.contributions.last(where: { $0.round == discussion.round }) {
        return try await journal.write(checkpoint: state, answer: last.text)
      }
      discussion.round += 1
      discussion.turnsDone = 0
    }
    throw .failed(
      RunError(
        code: "ORCHESTRATOR_ERROR", message: "nobody said anything in \(Self.roundsMax) rounds",
        details: nil))
  }

  /// The turns of a round that are still to come, the lead's not counted.
  private mutating func hear(
    _ crew: Crew, _ discussion: inout Discussion, _ job: RunJob
  ) async throws(RunInterruption) {
    while discussion.turnsDone < crew.members.count {
      let player = crew.members[Int(discussion.turnsDone)]
      let asked = discussion.asked(job.input)
      let said = try await turn(of: player, discussion, asked)
      discussion.turnsDone += 1
      if let said, !said.isEmpty {
        let message = AgentMessage(said, as: .proposal)
        await note(message, of: .proposal)
        discussion.add(said, by: player.role.name)
      }
      try await settle(discussion)
    }
  }

  /// What a member says; nil when it has failed, which the others are told.
  private mutating func turn(
    of player: Crew.Player, _ discussion: Discussion, _ asked: String
  ) async throws(RunInterruption) -> String? {
    // A turn that was cut goes on with the tools' results that it had.
    if state.discussion != discussion { begin(discussion) }
    do throws(RunInterruption) {
      return try await answer(player.agent, to: asked)
    } catch {
      guard let reason = error.failureOfOne else { throw error }
      await journal.note(
        RunEventType.status, step: state.stepsDone, span: player.agent.id,
        ["state": "error", "blockers": [.text("\(reason.code): \(reason.message)")]])
      return nil
    }
  }

  /// Lets the lead decide on what was said; false when it says nothing.
  private mutating func decide(
    _ lead: Crew.Player, _ discussion: Discussion, _ job: RunJob, _ group: GroupID,
    _ setup: RunnerSetup
  ) async throws(RunInterruption) -> Bool {
    if state.discussion != discussion { begin(discussion) }
    let said = try await answer(lead.agent, to: discussion.asked(job.input))
    guard !said.isEmpty else {
      try await settle(discussion)
      return false
    }
    let message = AgentMessage(said, as: .decision)
    await note(message, of: .decision)
    let memories = GroupMemories(message, job, group, by: lead.role.id, setup)
    for memory in memories.all {
      await journal.note(
        RosterEventType.blackboardWritten.rawValue, step: state.stepsDone, span: lead.agent.id,
        memory.told)
    }
    try await journal.write(checkpoint: state, answer: said) { (transaction) throws(StoreError) in
      try memories.insert(in: transaction)
    }
    return true
  }

  /// A turn begins with nothing but what was said.
  private mutating func begin(_ discussion: Discussion) {
    state.discussion = discussion
    state.turnBegan = state.stepsDone
    state.exchanges = []
  }

  /// Keeps what was said, so that no turn is taken twice.
  private mutating func settle(_ discussion: Discussion) async throws(RunInterruption) {
    begin(discussion)
    try await journal.write(checkpoint: state)
  }

  private func note(_ message: AgentMessage, of form: AgentMessage.Form) async {
    await journal.note(
      form.event, step: state.stepsDone, span: "step_\(state.stepsDone)", message.payload)
  }
}

extension RunInterruption {
  /// Why one member has failed; nil for what ends the whole run.
  fileprivate var failureOfOne: RunError? {
    switch self {
    case .model(.cancelled), .model(.timedOut), .store, .lost, .calledOff: nil
    case .model(let error): RunError(code: error.code, message: error.message, details: nil)
    case .failed(let error): error
    }
  }
}
