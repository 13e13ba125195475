internal import Contract
internal import Events
internal import Store
internal import Wire

/// Decisions on calls that a run waits with, by people and by time.
extension Runner {
  /// Calls that are rejected in one transaction because nobody has decided.
  private static let overdueMax = 100

  /// Keeps a decision; the run goes on when it waits for no other.
  nonisolated(nonsending) func decide(
    _ outcome: AwaitedCall.Outcome, _ input: DecideCall, _ context: CallContext
  ) async throws(Fault) -> Answer<CallDecided> {
    let (runner, scope, caller) = (self, scope(context.head), context.principal.id)
    return try await OnceOnly.run(
      context.claim, on: setup.database, now: setup.wallClock.now
    ) { (transaction) throws(Fault) in
      let run = try Self.find(input.runID, in: scope, transaction).view
      try Self.checkGoesOn(run)
      let calls = try Fault.translating { () throws(StoreError) in
        try AwaitedCall.all(of: run.runID, in: transaction)
      }
      let waiting = calls.filter { $0.outcome == nil }
      let call = try Self.choose(input.toolCallID?.text, among: waiting)
      try Fault.translating { () throws(StoreError) in
        try runner.settle(
          call, outcome, because: input.reason?.text, by: Party("user", caller), transaction)
      }
      return .success(
        CallDecided(
          success: true, runID: run.runID, toolCallID: call.call,
          waiting: waiting.map(\.call).filter { $0 != call.call }))
    }
  }

  /// The call that a decision is about.
  private static func choose(
    _ id: String?, among waiting: [AwaitedCall]
  ) throws(Fault) -> AwaitedCall {
    let askable = waiting.filter { $0.child == nil }
    guard !askable.isEmpty else {
      throw Fault(.conflict, "the run waits for no decision", name: "RUN_NOT_WAITING")
    }
    guard let id else {
      guard askable.count == 1 else {
        throw .field(
          "tool_call_id",
          "several calls wait: " + askable.map(\.call).joined(separator: ", "))
      }
      return askable[0]
    }
    guard let call = askable.first(where: { $0.call == id }) else {
      throw Fault(
        .notFound, "no call \(id) waits for a decision",
        details: [Fault.Detail("field", "tool_call_id")])
    }
    return call
  }

  /// Refuses what can only be done to a run that goes on.
  static func checkGoesOn(_ run: RunView) throws(Fault) {
    guard run.status.isFinal else { return }
    throw Fault(
      .conflict, "the run is \(run.status.rawValue) already", name: "RUN_ALREADY_FINISHED",
      details: [Fault.Detail("status", .text(run.status.rawValue))])
  }

  private func settle(
    _ call: AwaitedCall, _ outcome: AwaitedCall.Outcome, because reason: String?,
    by actor: Party, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    guard let job = try RunJob.find(call.run, transaction) else { return }
    let (now, span) = (setup.wallClock.now, setup.identifiers.next("sp_"))
    let type = outcome == .approved ? RunEventType.toolApproved : RunEventType.toolRejected
    let told = job.event(
      type, step: Int(clamping: call.step), span: span, at: now, by: actor, agent: call.agent,
      payload: .record(
        ("toolName", .text(call.tool)), ("tool_call_id", .text(call.call)),
        ("reason", reason.map { .text($0) })))
    try transaction.execute(
      "UPDATE runs SET event_count = event_count + 1 WHERE id = ?1", .text(job.id.text))
    try setup.log.append([told], in: transaction)
    guard try !call.settle(outcome, because: reason, in: transaction) else { return }
    let checkpoint = try Checkpoint.find(of: job.id, in: transaction)
    _ = try job.requeue(checkpoint, at: now, span: span, setup, transaction)
    QueueCounts.publish(to: gauge, in: transaction)
    signal.ring(after: transaction)
  }

  /// Rejects calls that nobody has decided on in time.
  func rejectOverdueCalls() async {
    let (runner, setup) = (self, setup)
    let seconds = setup.limits.approvalMax / .seconds(1)
    let reason = "nobody has decided within \(Int(seconds)) seconds"
    let end = setup.wallClock.now.milliseconds - setup.limits.approvalMax.milliseconds
    do throws(StoreError) {
      try await setup.database.write { (transaction) throws(StoreError) in
        let calls = try AwaitedCall.overdue(
          at: Timestamp(milliseconds: end), limit: Self.overdueMax, in: transaction)
        for call in calls {
          try runner.settle(
            call, .rejected, because: reason, by: Party("system", setup.node), transaction)
        }
      }
    } catch {
      // The next round finds the same calls again.
      return
    }
  }
}
