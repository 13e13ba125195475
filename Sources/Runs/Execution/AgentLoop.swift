internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// An agent at work: asks the model, runs the tools it wants, until it answers.
struct AgentLoop {
  private let job: RunJob
  private let setup: RunnerSetup
  private let toolbox: Toolbox
  let journal: RunJournal
  var state: Checkpoint
  /// The span of the step that was begun last, and its number.
  private(set) var span = ""
  private var begun = 0

  init(_ run: ClaimedRun, _ setup: RunnerSetup) {
    job = run.job
    self.setup = setup
    state = run.state ?? Checkpoint()
    journal = RunJournal(run, setup)
    toolbox = Toolbox([
      CalculatorTool(), ClockTool(), SessionRunsTool(database: setup.database, job: job),
    ])
  }

  /// What an agent answers; everything but the answer itself is in the log by then, or waits in the
  /// journal.
  mutating func answer(
    _ agent: RunAgent, to input: String
  ) async throws(RunInterruption) -> String {
    await journal.speak(as: agent.id)
    let model = try await model()
    let owners = try await owners()
    while state.stepsDone - state.turnBegan < setup.limits.stepsMax {
      if let answer = try await step(model, agent, owners, input) { return answer }
    }
    throw .failed(
      RunError(
        code: "RUN_TOO_LONG", message: "no answer after \(state.stepsDone - state.turnBegan) steps",
        details: nil))
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
    _ model: any Model, _ agent: RunAgent, _ owners: [ToolOwner], _ input: String
  ) async throws(RunInterruption) -> String? {
    let number = state.stepsDone + 1
    let span = setup.identifiers.next("sp_")
    (self.span, begun) = (span, number)
    let began = setup.clock.nanoseconds
    await journal.note(
      RunEventType.stepStarted, step: number, span: span, ["stepNumber": .integer(Int64(number))])
    let tools = toolbox.descriptions.filter {
      agent.policy.verdict(on: $0.name, among: owners) == .allowed
    }
    let completion = try await ask(model, agent.system, input, tools, step: number, span: span)
    await noteCall(completion.usage, model.name, step: number, span: span, since: began)
    state.stepsDone = number
    switch completion.outcome {
    case .answer(let text):
      if completion.isCut { await noteCut(step: number, span: span) }
      await noteStep(number, "final_answer", span: span, since: began)
      return text
    case .toolCalls(let calls):
      for call in calls {
        try await use(call, agent.policy, owners, step: number, span: span)
      }
      if state.exchanges.count >= setup.limits.toolCallsMax { await noteLastCall(number, span) }
      await noteStep(number, "tool_call", span: span, since: began)
      try await journal.write(checkpoint: state)
      return nil
    }
  }

  private mutating func ask(
    _ model: any Model, _ system: String?, _ input: String, _ tools: [ToolDescription], step: Int,
    span: String
  ) async throws(RunInterruption) -> Completion {
    let conversation = Conversation(
      system: system, messages: [], input: input, exchanges: state.exchanges, tools: tools,
      toolCallsMax: toolCallsMax, now: setup.wallClock.now.milliseconds,
      parameters: Conversation.Parameters(
        temperature: job.choice?.temperature?.value, maxTokens: job.choice?.maxTokens?.value))
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

  private mutating func use(
    _ call: ToolCall, _ policy: ToolPolicy, _ owners: [ToolOwner], step: Int, span: String
  ) async throws(RunInterruption) {
    guard !Task.isCancelled else { throw .model(.cancelled) }
    if case .blocked(let reason) = policy.verdict(on: call.name, among: owners) {
      let risk = owners.first { $0.tool == call.name }?.risk
      state.exchanges.append(
        ToolExchange(call, .failed(ToolFailure(code: "blocked", message: reason, offset: nil))))
      return await journal.note(
        RunEventType.toolBlocked, step: step, span: span,
        .record(
          ("toolName", .text(call.name)), ("args", call.arguments.wireValue),
          ("reason", .text(reason)), ("role_id", policy.role.map { .text($0) }),
          ("risk_level", risk.map { .text($0.rawValue) })))
    }
    await journal.note(
      RunEventType.toolCalled, step: step, span: span,
      [
        "toolName": .text(call.name), "args": call.arguments.wireValue,
        "tool_call_id": .text(call.id),
      ])
    if toolbox[call.name]?.mutates == true {
      var begun = state
      begun.unfinishedCall = call.id
      try await journal.write(checkpoint: begun)
    }
    let outcome = await outcome(of: call)
    state.exchanges.append(ToolExchange(call, outcome))
    await journal.note(RunEventType.toolResult, step: step, span: span, Self.result(call, outcome))
  }

  /// A step that was begun and not ended is over: its number is not given again.
  mutating func passStep() { state.stepsDone = max(state.stepsDone, begun) }

  /// The skills that bring tools of this run, of those that the run's organisation sees.
  private func owners() async throws(RunInterruption) -> [ToolOwner] {
    let (organisation, tools) = (job.scope.organisation, toolbox.descriptions.map(\.name))
    do throws(StoreError) {
      return try await setup.database.read { (reader) throws(StoreError) in
        try ToolOwner.all(of: tools, visibleTo: organisation, in: reader)
      }
    } catch {
      throw .store(error)
    }
  }

  private func outcome(of call: ToolCall) async -> ToolOutcome {
    do throws(ToolError) {
      return .answered(try await toolbox.run(call, at: setup.wallClock.now.milliseconds))
    } catch {
      return .failed(error.failure)
    }
  }

  private static func result(_ call: ToolCall, _ outcome: ToolOutcome) -> WireValue {
    switch outcome {
    case .answered(let value):
      ["toolName": .text(call.name), "result": value.wireValue, "isError": false]
    case .failed(let failure):
      [
        "toolName": .text(call.name), "result": .null, "isError": true, "error": failure.wireValue,
      ]
    }
  }

  private mutating func noteCall(
    _ usage: Usage, _ model: String, step: Int, span: String, since began: Int64
  ) async {
    state.usage.promptTokens += Int64(usage.promptTokens)
    state.usage.completionTokens += Int64(usage.completionTokens)
    state.usage.totalTokens += Int64(usage.totalTokens)
    await journal.note(
      RunEventType.modelCalled, step: step, span: span,
      [
        "model": .text(model), "promptTokens": .integer(Int64(usage.promptTokens)),
        "completionTokens": .integer(Int64(usage.completionTokens)),
        "totalTokens": .integer(Int64(usage.totalTokens)),
        "duration_ms": .integer(milliseconds(since: began)),
      ])
  }

  private func noteLastCall(_ step: Int, _ span: String) async {
    await journal.note(
      RunEventType.warning, step: step, span: span,
      [
        "code": "TOOL_CALLS_MAX",
        "message": .text("\(setup.limits.toolCallsMax) calls of tools are made; no more are"),
      ])
  }

  private func noteCut(step: Int, span: String) async {
    await journal.note(
      RunEventType.warning, step: step, span: span,
      [
        "code": "OUTPUT_CUT", "message": "the answer was cut at the most tokens that it may have",
      ])
  }

  private func noteStep(
    _ number: Int, _ result: String, span: String, since began: Int64
  ) async {
    await journal.note(
      RunEventType.stepCompleted, step: number, span: span,
      [
        "stepNumber": .integer(Int64(number)), "resultType": .text(result),
        "duration_ms": .integer(milliseconds(since: began)),
      ])
  }

  private func milliseconds(since began: Int64) -> Int64 {
    (setup.clock.nanoseconds - began) / 1_000_000
  }
}
