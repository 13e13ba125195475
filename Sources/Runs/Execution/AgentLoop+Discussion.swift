internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// The members of a group, one after the other, until the lead has decided (the catalogue, §4.6).
extension AgentLoop {
  /// Rounds in which nothing was decided, after which a run has failed.
  static let roundsMax = 3

  /// Works until the group has an answer, which has ended the run then.
  mutating func discuss(
    _ job: RunJob, _ group: GroupID, _ setup: RunnerSetup
  ) async throws(RunInterruption) -> RunSequel {
    let crew = try await Crew.find(group, job, setup)
    var discussion = state.discussion ?? Discussion()
    try await giveTask(crew, &discussion, job)
    while discussion.round <= Self.roundsMax {
      try await hear(crew, &discussion, job)
      if let lead = crew.lead {
        if let sequel = try await decide(lead, discussion, job, group, setup) { return sequel }
      } else if !discussion.last.isEmpty {
        if let sequel = try await keep(discussion.last) { return sequel }
        // What was said meanwhile is for all to hear, and costs no round.
        discussion.repeatRound()
        try await settle(crew, &discussion, job)
        continue
      }
      discussion.advance()
      try await settle(crew, &discussion, job)
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
    while let player = crew.member(in: discussion) {
      let said = try await turn(of: player, discussion, discussion.asked(job.input))
      discussion.heard.append(player.agent.id)
      if let said {
        let message = AgentMessage(said, as: .proposal, after: state.sources)
        if !message.text.isEmpty {
          for (type, payload) in message.told { await note(type, payload) }
          discussion.add(said, by: player.role.name, after: message.refs)
        }
      }
      try await settle(crew, &discussion, job)
    }
  }

  /// What a member says; nil when it has failed, which the others are not told.
  private mutating func turn(
    of player: Crew.Player, _ discussion: Discussion, _ asked: String
  ) async throws(RunInterruption) -> String? {
    // A turn that was cut goes on with the tools' results that it had.
    if state.discussion != discussion || !isTurn(of: player.agent) { begin(discussion) }
    do throws(RunInterruption) {
      return try await answer(player.agent, to: asked)
    } catch {
      guard let reason = error.failureOfOne else { throw error }
      passStep()
      await note(
        RunEventType.status,
        ["state": "error", "blockers": [.text("\(reason.code): \(reason.message)")]])
      return nil
    }
  }

  /// Lets the lead decide on what was said; nil when it says nothing.
  private mutating func decide(
    _ lead: Crew.Player, _ discussion: Discussion, _ job: RunJob, _ group: GroupID,
    _ setup: RunnerSetup
  ) async throws(RunInterruption) -> RunSequel? {
    if state.discussion != discussion || !isTurn(of: lead.agent) { begin(discussion) }
    while true {
      let said = try await answer(lead.agent, to: discussion.asked(job.input))
      // A decision rests on what was read for it, and on what the contributions to it rest on.
      var sources = state.sources
      sources.add(discussion.refs)
      let message = AgentMessage(said, as: .decision, after: sources)
      guard !message.text.isEmpty else { return nil }
      let memories = GroupMemories(message, job, group, by: lead.role.id, setup)
      let written = memories.all.map { (RosterEventType.blackboardWritten.rawValue, $0.told) }
      var told: [EventDraft] = []
      for (type, payload) in message.told + written {
        told.append(await journal.draft(type, step: state.stepsDone, span: span, payload))
      }
      let completion = JournalBatch.Completion(told: told) { (transaction) throws(StoreError) in
        try memories.insert(in: transaction)
      }
      if let sequel = try await keep(said, with: completion) { return sequel }
    }
  }

  /// Whether the calls that are open, if any are, are an agent's.
  private func isTurn(of agent: RunAgent) -> Bool {
    state.open.isEmpty || state.agent == agent.id
  }

  /// Gives a task to whose turn is next, if nobody has before the run was cut: then it is in the
  /// checkpoint that it was given, and no event tells it twice.
  private mutating func giveTask(
    _ crew: Crew, _ discussion: inout Discussion, _ job: RunJob
  ) async throws(RunInterruption) {
    // A turn that was cut keeps the results that it had.
    let isUnderWay = state.discussion == discussion
    guard await noteTask(crew, &discussion, job) else { return }
    if isUnderWay { state.discussion = discussion } else { begin(discussion) }
    try await journal.write(checkpoint: state)
  }

  /// Tells of the task of the turn that is next; false when it was told, or no turn is to come.
  private func noteTask(
    _ crew: Crew, _ discussion: inout Discussion, _ job: RunJob
  ) async -> Bool {
    guard discussion.round <= Self.roundsMax, let player = crew.next(in: discussion),
      !discussion.given.contains(player.agent.id)
    else { return false }
    discussion.given.append(player.agent.id)
    let isLead = player.agent.id == crew.lead?.agent.id
    await journal.note(
      AgentTask(for: player, isLead: isLead, in: discussion, job), from: job.agent,
      step: state.stepsDone, span: span.isEmpty ? setup.identifiers.next("sp_") : span)
    return true
  }

  /// A turn begins with nothing but what was said.
  private mutating func begin(_ discussion: Discussion) {
    state.discussion = discussion
    state.turnBegan = state.stepsDone
    state.exchanges = []
    state.sources = []
    state.open = []
    state.remarks = state.remarks.carriedOver
  }

  /// Keeps what was said, so that no turn is taken twice, and gives the next one.
  private mutating func settle(
    _ crew: Crew, _ discussion: inout Discussion, _ job: RunJob
  ) async throws(RunInterruption) {
    _ = await noteTask(crew, &discussion, job)
    begin(discussion)
    try await journal.write(checkpoint: state)
  }

  private func note(_ type: String, _ payload: WireValue) async {
    await journal.note(type, step: state.stepsDone, span: span, payload)
  }
}

extension RunInterruption {
  /// Why one member has failed; nil for what ends the whole run, be it because no other member
  /// could do better.
  fileprivate var failureOfOne: RunError? {
    switch self {
    case .model(.cancelled), .model(.timedOut), .model(.notConfigured), .model(.unknownProvider),
      .model(.unknownModel), .store, .lost, .calledOff, .parked,
      .spent:
      nil
    case .model(let error): RunError(code: error.code, message: error.message, details: nil)
    case .failed(let error): error
    }
  }
}
