internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// The calls of a step: what is asked for first, what may run side by side, what came of each.
extension AgentLoop {
  /// Calls that run side by side, at most.
  private static let batchMax = 8

  /// Does what is open of a step; throws `.parked` while somebody has to decide, or a run that a
  /// call starts has to end, and then the step goes on with what has become of that.
  mutating func doCalls(
    _ agent: RunAgent, _ scene: ToolScene, step: Int, span: String
  ) async throws(RunInterruption) {
    let desk = CallDesk(
      policy: agent.policy, owners: scene.owners, asks: job.approvalMode == .ask, toolbox: toolbox,
      awaited: state.hasWaited ? try await awaited() : [:])
    try await park(desk, agent, step: step, span: span)
    while let call = state.open.first {
      guard !Task.isCancelled else { throw .model(.cancelled) }
      let batch = state.open.prefix(Self.batchMax).prefix { desk.isSafe($0) }
      if batch.count > 1 {
        await run(Array(batch), step: step, span: span)
        state.open.removeFirst(batch.count)
      } else {
        try await settle(call, desk, step: step, span: span)
      }
    }
  }

  /// What has become of the calls that were waited for.
  private func awaited() async throws(RunInterruption) -> [String: AwaitedCall] {
    let id = job.id
    do throws(StoreError) {
      let calls = try await setup.database.read { (reader) throws(StoreError) in
        try AwaitedCall.all(of: id, in: reader)
      }
      return Dictionary(calls.map { ($0.call, $0) }) { first, _ in first }
    } catch {
      throw .store(error)
    }
  }

  /// Leaves the run to those it has to wait for, if there are any: people come first, for a call
  /// that starts a run may be one that they have to allow.
  private mutating func park(
    _ desk: CallDesk, _ agent: RunAgent, step: Int, span: String
  ) async throws(RunInterruption) {
    let asked = state.open.filter { desk.course(of: $0).isQuestion }
    var parking = RunParking(.waitingToolApproval)
    for call in asked {
      parking.calls.append(AwaitedCall(call, of: job.id, by: agent.id, step: step))
      await noteQuestion(call, desk, step: step, span: span)
    }
    if asked.isEmpty {
      parking = RunParking(.waitingChild)
      for call in state.open where desk.course(of: call) == .start {
        try await begin(call, in: &parking, agent, step: step, span: span)
      }
    }
    guard let first = parking.calls.first else { return }
    let reason = first.child.map { "it waits for \($0.text)" } ?? "somebody has to decide"
    await journal.note(
      RunEventType.suspended, step: step, span: span,
      [
        "toolCallId": .text(first.call), "toolName": .text(first.tool), "reason": .text(reason),
      ])
    state.hasWaited = true
    try await journal.write(checkpoint: state, parking: parking)
    throw .parked
  }

  /// Prepares the run that a call starts; a call that cannot start one has failed.
  private mutating func begin(
    _ call: ToolCall, in parking: inout RunParking, _ agent: RunAgent, step: Int, span: String
  ) async throws(RunInterruption) {
    await noteCall(call, step: step, span: span)
    let child: NewRun
    do throws(ToolError) {
      child = try await GroupRunTool.child(
        of: job, call, by: toolbox, under: agent.policy, setup)
    } catch {
      state.open.removeAll { $0.id == call.id }
      return await finish(call, .failed(error.failure), step: step, span: span)
    }
    let task = AgentTask(of: call, to: child, from: job)
    await journal.note(task, from: agent.id, step: step, span: span)
    parking.children.append(child)
    parking.calls.append(
      AwaitedCall(call, of: job.id, by: agent.id, step: step, child: child.id))
  }

  /// Does one call, or finds out what has become of it.
  private mutating func settle(
    _ call: ToolCall, _ desk: CallDesk, step: Int, span: String
  ) async throws(RunInterruption) {
    switch desk.course(of: call) {
    case .ask, .start:
      preconditionFailure("a call that has to be waited for was not")
    case .block(let reason):
      await noteBlocked(call, reason, desk, step: step, span: span)
      close(call, .failed(ToolFailure(code: "blocked", message: reason, offset: nil)))
    case .reject(let reason):
      close(call, .failed(ToolFailure(code: "rejected", message: reason, offset: nil)))
    case .collect(let child):
      let (outcome, usage) = try await result(of: child)
      state.usage.add(usage)
      state.delegated.add(usage)
      await finish(call, outcome, step: step, span: span)
      state.open.removeFirst()
    case .run:
      try await run(call, step: step, span: span)
    }
  }

  private mutating func run(
    _ call: ToolCall, step: Int, span: String
  ) async throws(RunInterruption) {
    await noteCall(call, step: step, span: span)
    let tool = toolbox[call.name]
    if tool?.mutates == true {
      state.unfinishedCall = call.id
      try await journal.write(checkpoint: state)
    } else if tool?.waits == true {
      try await journal.write()
    }
    let outcome = await Self.outcome(of: call, toolbox, at: setup.wallClock.now.milliseconds)
    await finish(call, outcome, step: step, span: span)
    state.open.removeFirst()
    guard state.unfinishedCall != nil else { return }
    // What the call has changed is known from here on: a crash does not leave it in doubt.
    state.unfinishedCall = nil
    try await journal.write(checkpoint: state)
  }

  /// Runs calls that change nothing side by side; each result is told as soon as it is there.
  private mutating func run(_ calls: [ToolCall], step: Int, span: String) async {
    let batch = setup.identifiers.next("batch_")
    let began = setup.clock.nanoseconds
    await journal.note(
      RunEventType.batchStarted, step: step, span: span,
      [
        "batch_id": .text(batch), "tool_count": .integer(Int64(calls.count)),
        "strategy": "parallel",
      ])
    for call in calls { await noteCall(call, step: step, span: span) }
    let (toolbox, journal, now) = (toolbox, journal, setup.wallClock.now.milliseconds)
    let outcomes = await withTaskGroup(of: (Int, ToolOutcome).self) { group in
      for (place, call) in calls.enumerated() {
        group.addTask { (place, await Self.outcome(of: call, toolbox, at: now)) }
      }
      var outcomes: [Int: ToolOutcome] = [:]
      for await (place, outcome) in group {
        outcomes[place] = outcome
        await journal.note(
          RunEventType.toolResult, step: step, span: span, Self.result(calls[place], outcome))
      }
      return outcomes
    }
    for (place, call) in calls.enumerated() {
      if let outcome = outcomes[place] { keep(ToolExchange(call, outcome)) }
    }
    let failures = outcomes.values.count { if case .failed = $0 { true } else { false } }
    await journal.note(
      RunEventType.batchCompleted, step: step, span: span,
      [
        "batch_id": .text(batch), "tool_count": .integer(Int64(calls.count)),
        "success_count": .integer(Int64(calls.count - failures)),
        "failure_count": .integer(Int64(failures)),
        "duration_ms": .integer(milliseconds(since: began)),
      ])
  }

  /// What a run that a call has started came to, and what its models read and wrote.
  private func result(
    of child: RunID
  ) async throws(RunInterruption) -> (ToolOutcome, TokenUsage) {
    let scope = job.scope
    do throws(StoreError) {
      let found = try await setup.database.read { (reader) throws(StoreError) in
        try RunRecord.find(child, in: scope, reader)
      }
      let usage = found?.view.usage ?? TokenUsage()
      return (GroupRunTool.outcome(of: found?.view, child), usage)
    } catch {
      throw .store(error)
    }
  }

  /// A call is done: its result is told, and the agent's to read.
  private mutating func finish(
    _ call: ToolCall, _ outcome: ToolOutcome, step: Int, span: String
  ) async {
    keep(ToolExchange(call, outcome))
    await journal.note(RunEventType.toolResult, step: step, span: span, Self.result(call, outcome))
  }

  /// A call that was made is part of the turn, and what was read by it what the turn rests on.
  private mutating func keep(_ exchange: ToolExchange) {
    state.exchanges.append(exchange)
    guard job.group != nil, let tool = toolbox[exchange.call.name] as? any SourceTool else {
      return
    }
    state.sources.add(tool.source?.refs(of: exchange) ?? [])
  }

  /// A call is over that was not made.
  private mutating func close(_ call: ToolCall, _ outcome: ToolOutcome) {
    state.exchanges.append(ToolExchange(call, outcome))
    state.open.removeFirst()
  }

  private nonisolated(nonsending) static func outcome(
    of call: ToolCall, _ toolbox: Toolbox, at now: Int64
  ) async -> ToolOutcome {
    do throws(ToolError) {
      return .answered(try await toolbox.run(call, at: now))
    } catch {
      return .failed(error.failure)
    }
  }
}

/// What calls tell the readers of their run.
extension AgentLoop {
  private func noteCall(_ call: ToolCall, step: Int, span: String) async {
    await journal.note(
      RunEventType.toolCalled, step: step, span: span,
      [
        "toolName": .text(call.name), "args": call.arguments.wireValue,
        "tool_call_id": .text(call.id),
      ])
  }

  private func noteBlocked(
    _ call: ToolCall, _ reason: String, _ desk: CallDesk, step: Int, span: String
  ) async {
    await journal.note(
      RunEventType.toolBlocked, step: step, span: span,
      .record(
        ("toolName", .text(call.name)), ("args", call.arguments.wireValue),
        ("reason", .text(reason)), ("role_id", desk.policy.role.map { .text($0) }),
        ("risk_level", desk.risk(of: call).map { .text($0.rawValue) })))
  }

  private func noteQuestion(
    _ call: ToolCall, _ desk: CallDesk, step: Int, span: String
  ) async {
    await journal.note(
      RunEventType.approvalRequired, step: step, span: span,
      .record(
        ("toolName", .text(call.name)), ("tool_call_id", .text(call.id)),
        ("args", call.arguments.wireValue),
        ("reason", desk.course(of: call).question.map { .text($0) }),
        ("role_id", desk.policy.role.map { .text($0) }),
        ("risk_level", desk.risk(of: call).map { .text($0.rawValue) })))
  }

  private static func result(_ call: ToolCall, _ outcome: ToolOutcome) -> WireValue {
    switch outcome {
    case .answered(let value):
      [
        "toolName": .text(call.name), "result": value.wireValue, "isError": false,
        "tool_call_id": .text(call.id),
      ]
    case .failed(let failure):
      [
        "toolName": .text(call.name), "result": .null, "isError": true, "error": failure.wireValue,
        "tool_call_id": .text(call.id),
      ]
    }
  }
}
