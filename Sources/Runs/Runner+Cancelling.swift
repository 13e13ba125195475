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
    return try await OnceOnly.run(
      context.claim, on: setup.database, now: setup.wallClock.now
    ) { (transaction) throws(Fault) in
      try runner.cancel(id, wish, in: scope, transaction)
      return .success(RunCancelled(success: true, runID: id))
    }
  }

  /// Stores the wish, which from then on decides how the run ends, and those that it has started.
  func cancel(
    _ id: RunID, _ wish: CancelWish, in scope: Scope, _ transaction: borrowing Transaction
  ) throws(Fault) {
    let run = try Self.find(id, in: scope, transaction).view
    try Self.checkCancellable(run)
    try Fault.translating { () throws(StoreError) in try callOff(run, wish, transaction) }
  }

  private func callOff(
    _ run: RunView, _ wish: CancelWish, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    let (id, now, executing) = (run.runID, setup.wallClock.now, executing)
    try Self.ask(wish, id, now, transaction)
    transaction.afterCommit { executing.tell(id) { $0.end(.calledOff) } }
    guard run.status == .pending || run.phase?.isWaiting == true,
      let job = try RunJob.find(id, transaction),
      try job.finish(
        .calledOff, under: nil, at: now, span: setup.identifiers.next("sp_"), setup, transaction)
    else { return }
    QueueCounts.publish(to: gauge, in: transaction)
    signal.ring(after: transaction)
    for child in try RunRecord.children(of: id, transaction) {
      guard !child.view.status.isFinal, child.view.phase != .finalizing else { continue }
      try callOff(child.view, wish, transaction)
    }
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
