package import Contract
internal import Events
package import Store
internal import Wire

/// A run that another domain starts for a purpose of its own.
package struct RunTurn: Sendable {
  package let scope: Scope
  /// The session's key, `s_` and at most 80 letters, digits and underscores.
  package let session: String
  package let agent: String
  package let input: String
  package let timeoutMilliseconds: Int

  package init(
    scope: Scope, session: String, agent: String, input: String, timeoutMilliseconds: Int
  ) {
    self.scope = scope
    self.session = session
    self.agent = agent
    self.input = input
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  /// The same as a client would ask for it.
  fileprivate var request: CreateRun {
    guard let session = SessionKey(checking: session),
      let input = Text<1, 100_000>(checking: input),
      let agent = Text<1, 80>(checking: agent),
      let timeout = Bounded<1, 3_600_000>(checking: timeoutMilliseconds)
    else { preconditionFailure("a domain asked for a run that cannot be") }
    return CreateRun(
      sessionKey: session, input: input, agentID: agent, llmConfig: nil, metadata: nil,
      timeoutMs: timeout, approvalMode: nil, limits: nil)
  }
}

/// Runs for other domains.
extension Runner {
  /// Takes a run, in the transaction in which `also` does what its asker needs; the run's name and
  /// its session, which are earlier ones where a call with the same claim took it before.
  package nonisolated(nonsending) func begin(
    _ turn: RunTurn, _ claim: IdempotencyClaim?,
    also: @escaping @Sendable (_ run: String, borrowing Transaction) throws(Fault) -> Void
  ) async throws(Fault) -> (run: String, session: String, isReplayed: Bool) {
    let run = try NewRun(
      turn.request, scope: turn.scope, id: setup.identifiers.next("run_"),
      now: setup.wallClock.now, limits: setup.limits)
    let (gauge, signal, limits) = (gauge, signal, setup.limits)
    let answer = try await OnceOnly.run(claim, on: setup.database, now: run.createdAt) {
      (transaction) throws(Fault) -> Result<RunAccepted, Fault> in
      try also(run.id.text, transaction)
      try Fault.translating { () throws(StoreError) in
        try run.insert(limits, in: transaction)
      }.get()
      QueueCounts.publish(to: gauge, in: transaction)
      signal.ring(after: transaction)
      return .success(
        RunAccepted(runID: run.id, status: .pending, createdAt: run.createdAt))
    }
    let id = answer.value.runID
    guard answer.isReplayed else { return (id.text, turn.session, false) }
    let record = try await setup.database.read { (reader) throws(Fault) in
      try Self.find(id, in: turn.scope, reader)
    }
    return (id.text, record.view.sessionKey.text, true)
  }

  /// The events of a run, with every token, and the name of their stream in the log.
  package func events(ofRun run: String) -> (stream: String, source: any FeedSource) {
    guard let everything = EventFilter(types: []) else {
      preconditionFailure("the filter that lets everything through is none")
    }
    let id = RunID(trusted: run)
    let source = RunFeed(
      database: setup.database, recent: setup.log.recent, id: id, filter: everything)
    return (Self.stream(of: id), source)
  }

  /// Ends a run early, if it goes on.
  package func stop(_ run: String, in scope: Scope, because reason: String) async throws(Fault) {
    let (runner, id) = (self, RunID(trusted: run))
    let wish = CancelWish(by: "system", reason: reason)
    try await setup.database.write { (transaction) throws(Fault) in
      try runner.cancel(id, wish, in: scope, transaction)
    }
  }
}
