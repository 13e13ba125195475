internal import Contract
internal import Events
internal import Store
internal import Wire

extension Runner {
  /// Ends a waiting run at once, and asks the worker of a running one to end it.
  func cancel(
    _ input: CancelRun, _ context: CallContext
  ) async throws(Fault) -> Answer<RunCancelled> {
    let scope = scope(context.head)
    let wish = CancelWish(by: context.principal.id, reason: input.reason?.text)
    let (runner, id) = (self, input.runID)
    let answer = try await OnceOnly.run(
      context.claim, on: setup.database, now: setup.wallClock.now
    ) { (transaction) throws(Fault) in
      .success(try runner.cancel(id, wish, in: scope, transaction))
    }
    for (lease, control) in executing where lease.run == id { control.cancel() }
    return answer
  }

  /// Stores the wish, which from then on decides how the run ends.
  nonisolated func cancel(
    _ id: RunID, _ wish: CancelWish, in scope: Scope, _ transaction: borrowing Transaction
  ) throws(Fault) -> RunCancelled {
    let run = try Self.find(id, in: scope, transaction).view
    try Self.checkCancellable(run)
    let now = setup.wallClock.now
    let span = setup.identifiers.next("sp_")
    try Fault.translating { () throws(StoreError) in
      try Self.ask(wish, id, now, transaction)
      guard run.status == .pending, let job = try RunJob.find(id, transaction),
        try job.finish(.calledOff, under: nil, at: now, span: span, setup, transaction)
      else { return }
      try QueueCounts.move(from: .pending, to: nil, in: transaction)
      QueueCounts.publish(to: gauge, in: transaction)
      signal.ring(after: transaction)
    }
    return RunCancelled(success: true, runID: id)
  }

  /// The first wish counts.
  private static func ask(
    _ wish: CancelWish, _ id: RunID, _ now: Timestamp, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE runs SET cancel_requested_at = ?2, cancel_by = ?3, cancel_reason = ?4
      WHERE id = ?1 AND cancel_requested_at IS NULL
      """, .text(id.text), .integer(now.milliseconds), .text(wish.by), .optional(wish.reason))
  }

  private static func checkCancellable(_ run: RunView) throws(Fault) {
    let status: Fault.Detail = .init("status", .text(run.status.rawValue))
    guard !run.status.isFinal else {
      throw Fault(
        .conflict, "the run is \(run.status.rawValue) already", name: "RUN_ALREADY_FINISHED",
        details: [status])
    }
    guard run.phase != .finalizing else {
      throw Fault(
        .conflict, "the run is writing its answer", name: "RUN_NOT_CANCELLABLE",
        details: [status])
    }
  }
}
