internal import Contract
internal import Events
internal import Store
internal import Wire

/// What is said to a run that goes on, and what it has started.
extension Runner {
  /// Keeps a message, which the run's agent hears before it answers.
  nonisolated(nonsending) func inject(
    _ input: InjectMessage, _ context: CallContext
  ) async throws(Fault) -> Answer<MessageInjected> {
    let (runner, scope, caller) = (self, scope(context.head), context.principal.id)
    return try await OnceOnly.run(
      context.claim, on: setup.database, now: setup.wallClock.now
    ) { (transaction) throws(Fault) in
      let run = try Self.find(input.runID, in: scope, transaction).view
      try Self.checkGoesOn(run)
      guard run.phase != .finalizing else {
        throw Fault(.conflict, "the run is writing its answer", name: "RUN_NOT_LISTENING")
      }
      let count = try Fault.translating { () throws(StoreError) in
        try runner.say(input, by: caller, transaction)
      }
      guard let count else {
        throw Fault(
          .conflict, "\(RunMessage.most) messages were said to the run already", name: "TOO_MANY",
          details: [Fault.Detail("limit", .integer(RunMessage.most))])
      }
      return .success(MessageInjected(success: true, runID: run.runID, messages: count))
    }
  }

  private func say(
    _ input: InjectMessage, by caller: String, _ transaction: borrowing Transaction
  ) throws(StoreError) -> Int64? {
    guard let job = try RunJob.find(input.runID, transaction),
      let count = try RunMessage.add(
        input.message.text, as: input.role, to: job.id, in: transaction)
    else { return nil }
    let told = job.event(
      RunEventType.injected, step: nil, span: setup.identifiers.next("sp_"),
      at: setup.wallClock.now, by: Party("user", caller),
      payload: ["message": .text(input.message.text), "role": .text(input.role.rawValue)])
    try setup.log.append([told], in: transaction)
    let (executing, id) = (executing, job.id)
    transaction.afterCommit { executing.tell(id) { $0.say(count) } }
    return count
  }

  /// The runs that a run has started.
  nonisolated(nonsending) func children(
    _ input: RunReference, _ context: CallContext
  ) async throws(Fault) -> ChildRunsPage {
    let scope = scope(context.head)
    return try await setup.database.read { (reader) throws(Fault) in
      let parent = try Self.find(input.runID, in: scope, reader).view.runID
      return try Fault.translating { () throws(StoreError) in
        ChildRunsPage(runs: try RunRecord.children(of: parent, reader).map(\.view))
      }
    }
  }
}
