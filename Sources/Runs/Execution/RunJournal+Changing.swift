internal import Contract
internal import Events
internal import Store
internal import Wire

extension RunJournal {
  /// What a tool has changed, and what the run's readers are told of it.
  struct Change<Output: Sendable>: Sendable {
    let output: Output
    let type: String
    let payload: WireValue
  }

  /// Changes the store as a tool wants it, in one transaction with the event that tells of it, as
  /// long as the run is under its worker's lease and nobody wishes to cancel it.
  func change<Output: Sendable>(
    _ work: @escaping @Sendable (Timestamp, borrowing Transaction) throws(Fault) -> Change<Output>
  ) async throws(Fault) -> Output {
    let (run, setup, agent, current) = (run, setup, agent, current)
    return try await setup.database.write { (transaction) throws(Fault) in
      let isCalledOff = try Fault.translating { () throws(StoreError) in
        try transaction.first(
          Int64.self,
          """
          UPDATE runs SET event_count = event_count + 1
          WHERE id = ?1 AND status = 'running' AND lease_owner = ?2
          RETURNING cancel_requested_at IS NOT NULL
          """, .text(run.job.id.text), .text(run.lease))
      }
      // The next write of the journal finds out the same, and ends the run's execution.
      guard isCalledOff == 0 else { throw Fault(.conflict, "the run does not go on") }
      let now = setup.wallClock.now
      let change = try work(now, transaction)
      let event = run.job.event(
        change.type, step: current?.step, span: current?.span ?? "", at: now,
        by: Party("agent", agent), agent: agent, payload: change.payload)
      try Fault.translating { () throws(StoreError) in
        try setup.log.append([event], in: transaction)
      }
      return change.output
    }
  }
}
