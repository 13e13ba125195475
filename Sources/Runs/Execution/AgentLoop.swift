internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// An agent at work: asks the model, runs the tools it wants, until it answers.
struct AgentLoop {
  let job: RunJob
  let setup: RunnerSetup
  /// The tools of the agent whose turn it is, those that servers bring among them.
  var toolbox = Toolbox([])
  var serverTools: SkillTools?
  /// The tools that were looked up when the run was taken, until its first turn has them.
  var firstOffer: ToolOffer?
  let journal: RunJournal
  private let control: RunControl
  var state: Checkpoint
  /// The span of the step that was begun last, and its number.
  private(set) var span = ""
  private var begun = 0

  init(_ taken: TakenRun, _ setup: RunnerSetup) {
    job = taken.run.job
    self.setup = setup
    control = taken.run.control
    state = taken.run.state ?? Checkpoint()
    journal = taken.journal
    firstOffer = taken.offer
  }

  /// What an agent answers; everything but the answer itself is in the log by then, or waits in the
  /// journal.
  mutating func answer(
    _ agent: RunAgent, to input: String
  ) async throws(RunInterruption) -> String {
    await journal.speak(as: agent.id)
    let turn = ToolTurn(job: job, agent: agent, journal: journal, setup: setup)
    let model = try await model()
    toolbox = Toolbox([])
    var scene = ToolScene.empty
    if !state.open.isEmpty {
      scene = try await refreshed(turn) ?? scene
      try await goOn(agent, scene)
    }
    while state.stepsDone - state.turnBegan < setup.limits.stepsMax {
      scene = try await refreshed(turn) ?? scene
      if let answer = try await step(model, agent, scene, input) { return answer }
    }
    throw .failed(
      RunError(
        code: "RUN_TOO_LONG", message: "no answer after \(state.stepsDone - state.turnBegan) steps",
        details: nil))
  }

  /// Ends the run with its answer, with what else is to be written; nil when something was said to
  /// the run that its agent has not heard, and then the agent has to answer again.
  mutating func keep(
    _ answer: String, with completion: JournalBatch.Completion? = nil
  ) async throws(RunInterruption) -> RunSequel? {
    let kept = JournalBatch.Answer(
      text: answer, messagesHeard: state.messagesHeard, completion: completion,
      span: setup.identifiers.next("sp_"), goesOn: !Task.isCancelled)
    if let sequel = try await journal.keep(kept, checkpoint: state) { return sequel }
    overtake(answer)
    // Another process may have taken the message: then nobody has told this one.
    try await listen(forSure: true)
    return nil
  }

  /// Makes an answer that was overtaken part of what was said; the agent has all its steps again.
  private mutating func overtake(_ answer: String) {
    state.remarks.append(
      RunRemark(after: Int64(state.exchanges.count), role: .assistant, text: answer))
    state.turnBegan = state.stepsDone
  }

  private func model() async throws(RunInterruption) -> any Model {
    let (clock, journal) = (setup.pausing, journal)
    var request = ModelRequest(
      provider: job.choice?.provider.text, model: job.choice?.model?.text,
      metadata: job.metadata.map { [ToolArgument]($0) } ?? [],
      pause: { milliseconds throws(ModelError) in
        // What was said is written before the wait; the journal remembers why when it cannot be.
        do throws(RunInterruption) { try await journal.write() } catch { throw .cancelled }
        guard milliseconds > 0 else { return }
        do throws(CancellationError) {
          try await clock.pause(for: .milliseconds(milliseconds))
        } catch {
          throw .cancelled
        }
      })
    request.onRetry = { notice throws(ModelError) in
      await journal.noteRetry(
        attempt: notice.attempt, reason: notice.reason.message,
        delayMilliseconds: notice.delay.milliseconds)
    }
    do throws(ModelError) {
      return try await setup.providers.model(for: request)
    } catch {
      throw .model(error)
    }
  }

  /// One step of the model and what follows from it; the answer when the model has given it, which
  /// is not written yet.
  private mutating func step(
    _ model: any Model, _ agent: RunAgent, _ scene: ToolScene, _ input: String
  ) async throws(RunInterruption) -> String? {
    try checkBudget()
    try await listen()
    let number = state.stepsDone + 1
    let span = setup.identifiers.next("sp_")
    (self.span, begun) = (span, number)
    let began = setup.clock.nanoseconds
    await journal.note(
      RunEventType.stepStarted, step: number, span: span, ["stepNumber": .integer(Int64(number))])
    var conversation = conversation(agent, scene, input)
    if let room = model.contextTokens.map({ Self.room(in: $0, for: conversation) }),
      conversation.promptTokens > room
    {
      await compact(&conversation, to: room, step: number, span: span)
    }
    let completion = try await ask(model, &conversation, step: number, span: span)
    await noteCall(completion.usage, model, step: number, span: span, since: began)
    state.stepsDone = number
    switch completion.outcome {
    case .answer(let text):
      if completion.isCut { await noteCut(step: number, span: span) }
      let isOvertaken = control.messages > state.messagesHeard
      await noteStep(number, isOvertaken ? "continue" : "final_answer", span: span, since: began)
      guard isOvertaken else { return text }
      overtake(text)
      return nil
    case .toolCalls(let calls):
      (state.open, state.agent) = (calls, agent.id)
      try await finishStep(agent, scene, span: span, since: began)
      return nil
    }
  }

  /// Goes on with a step whose calls were waited for, or cut.
  private mutating func goOn(
    _ agent: RunAgent, _ scene: ToolScene
  ) async throws(RunInterruption) {
    let span = setup.identifiers.next("sp_")
    (self.span, begun) = (span, state.stepsDone)
    try await finishStep(agent, scene, span: span, since: setup.clock.nanoseconds)
  }

  private mutating func finishStep(
    _ agent: RunAgent, _ scene: ToolScene, span: String, since began: Int64
  ) async throws(RunInterruption) {
    let number = state.stepsDone
    try await doCalls(agent, scene, step: number, span: span)
    if state.exchanges.count >= setup.limits.toolCallsMax { await noteLastCall(number, span) }
    await noteStep(number, "tool_call", span: span, since: began)
    try await journal.write(checkpoint: state)
    state.hasWaited = false
  }

  /// Hears what was said to the run since the last time.
  private mutating func listen(forSure: Bool = false) async throws(RunInterruption) {
    let heard = state.messagesHeard
    guard forSure || max(job.messageCount, control.messages) > heard else { return }
    let id = job.id
    let messages: [RunMessage]
    do throws(StoreError) {
      messages = try await setup.database.read { (reader) throws(StoreError) in
        try RunMessage.all(of: id, after: heard, in: reader)
      }
    } catch {
      throw .store(error)
    }
    let place = Int64(state.exchanges.count)
    for message in messages {
      state.remarks.append(message.remark(after: place))
      state.messagesHeard = message.ordinal
    }
  }

  private func conversation(
    _ agent: RunAgent, _ scene: ToolScene, _ input: String
  ) -> Conversation {
    let asks = job.approvalMode == .ask
    let tools = toolbox.descriptions.filter { tool in
      guard scene.hasGroups || !(toolbox[tool.name] is any DelegationTool) else { return false }
      return switch agent.policy.verdict(on: tool.name, among: scene.owners, asks: asks) {
      case .allowed, .asked: true
      case .blocked: false
      }
    }
    return Conversation(
      system: state.remarks.instructions(after: agent.system), messages: [], input: input,
      exchanges: state.exchanges, remarks: state.remarks.spoken, tools: tools,
      toolCallsMax: toolCallsMax, now: setup.wallClock.now.milliseconds,
      parameters: Conversation.Parameters(
        temperature: job.choice?.temperature?.value, maxTokens: job.choice?.maxTokens?.value))
  }

  /// Asks, and once more with a shorter conversation where the model's own is too long for it.
  private mutating func ask(
    _ model: any Model, _ conversation: inout Conversation, step: Int, span: String
  ) async throws(RunInterruption) -> Completion {
    do throws(RunInterruption) {
      return try await ask(model, conversation, step: step, span: span)
    } catch {
      let room = conversation.promptTokens / 2
      guard case .model(let reason) = error, reason.fault == .contextTooLong,
        await compact(&conversation, to: room, step: step, span: span)
      else { throw error }
      return try await ask(model, conversation, step: step, span: span)
    }
  }

  private func ask(
    _ model: any Model, _ conversation: Conversation, step: Int, span: String
  ) async throws(RunInterruption) -> Completion {
    let journal = journal
    let completion: Completion
    do throws(ModelError) {
      completion = try await model.complete(conversation) { token, index throws(ModelError) in
        guard !Task.isCancelled else { throw .cancelled }
        do throws(RunInterruption) {
          try await journal.say(token, at: index, step: step, span: span)
        } catch {
          // The journal remembers why.
          throw .cancelled
        }
      }
    } catch {
      if let interruption = await journal.interruption { throw interruption }
      // What was said before a failure belongs to the run's story.
      if error != .cancelled {
        await journal.endSaying(step: step, span: span)
        try await journal.write()
      }
      throw .model(error)
    }
    await journal.endSaying(step: step, span: span)
    return completion
  }

  /// The calls that an agent may have made by the end of this step; the last step has to answer.
  private var toolCallsMax: Int {
    let isLast = state.stepsDone - state.turnBegan == setup.limits.stepsMax - 1
    return isLast ? state.exchanges.count : setup.limits.toolCallsMax
  }

  /// A step that was begun and not ended is over: its number is not given again.
  mutating func passStep() { state.stepsDone = max(state.stepsDone, begun) }
}

/// What decides which tools an agent is offered, besides its policy.
struct ToolScene: Sendable {
  /// The skills that bring tools, of those that the run's organisation sees.
  let owners: [ToolOwner]
  /// Whether there is a group that a task could be given to.
  let hasGroups: Bool

  static let empty = ToolScene(owners: [], hasGroups: false)
}
