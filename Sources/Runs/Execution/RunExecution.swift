internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// One run being worked on: asks the model, runs the tools it wants, until it answers.
struct RunExecution {
  private let job: RunJob
  private let setup: RunnerSetup
  private let toolbox: Toolbox
  private let journal: RunJournal
  private var state: Checkpoint

  init(_ run: ClaimedRun, _ setup: RunnerSetup) {
    job = run.job
    self.setup = setup
    state = run.state ?? Checkpoint()
    journal = RunJournal(run, setup)
    toolbox = Toolbox([
      CalculatorTool(), ClockTool(), SessionRunsTool(database: setup.database, job: job),
    ])
  }

  /// Works until the run has an ending; what was done is in the log by then.
  mutating func run() async -> RunEnding {
    do throws(RunInterruption) {
      let model = try await model()
      while state.stepsDone < setup.limits.stepsMax {
        if let ending = try await step(model) { return ending }
      }
      return .failed(
        RunError(
          code: "RUN_TOO_LONG", message: "no answer after \(state.stepsDone) steps", details: nil))
    } catch {
      return await ending(after: error)
    }
  }

  private mutating func ending(after interruption: RunInterruption) async -> RunEnding {
    switch interruption {
    case .lost, .model(.cancelled): return .given
    case .calledOff: return .calledOff
    case .model(let error): return RunEnding(error)
    case .store(let error):
      return .failed(
        RunError(code: "INTERNAL_ERROR", message: Fault(error).message, details: nil))
    }
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

  /// One turn of the model and what follows from it; the ending when the model has answered.
  private mutating func step(_ model: any Model) async throws(RunInterruption) -> RunEnding? {
    let number = state.stepsDone + 1
    let span = setup.identifiers.next("sp_")
    let began = setup.clock.nanoseconds
    await journal.note(
      RunEventType.stepStarted, step: number, span: span, ["stepNumber": .integer(Int64(number))])
    let completion = try await ask(model, step: number, span: span)
    await noteCall(completion.usage, model.name, step: number, span: span, since: began)
    state.stepsDone = number
    switch completion.outcome {
    case .answer(let text):
      if completion.isCut { await noteCut(step: number, span: span) }
      await noteStep(number, "final_answer", span: span, since: began)
      try await journal.write(checkpoint: state, answer: text)
      return .completed
    case .toolCalls(let calls):
      for call in calls { try await use(call, step: number, span: span) }
      await noteStep(number, "tool_call", span: span, since: began)
      try await journal.write(checkpoint: state)
      return nil
    }
  }

  private mutating func ask(
    _ model: any Model, step: Int, span: String
  ) async throws(RunInterruption) -> Completion {
    let conversation = Conversation(
      system: nil, messages: [], input: job.input, exchanges: state.exchanges,
      tools: toolbox.descriptions,
      toolCallsMax: setup.limits.stepsMax - 1, now: setup.wallClock.now.milliseconds,
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

  private mutating func use(
    _ call: ToolCall, step: Int, span: String
  ) async throws(RunInterruption) {
    guard !Task.isCancelled else { throw .model(.cancelled) }
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
