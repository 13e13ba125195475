internal import Contract
internal import Events
internal import Store
internal import Wire

extension Runner {
  /// Ends a waiting run at once, and asks the worker of a running one to end it.
  func cancel(
    _ input: CancelRun, _ context: CallContext
  ) async throws(Fault) -> Answer<RunCancelled> {
    let scope = scope(context)
    let wish = CancelWish(by: context.principal.id, reason: input.reason?.text)
    let (id, now) = (input.runID, setup.wallClock.now)
    let (log, gauge, signal) = (setup.log, gauge, signal)
    let span = setup.identifiers.next("sp_")
    let answer = try await OnceOnly.run(
      context.claim, on: setup.database, now: now
    ) { (transaction) throws(Fault) in
      let record = try Self.find(id, in: scope, transaction)
      try Self.checkCancellable(record.view)
      try Fault.translating { () throws(StoreError) in
        guard record.view.status == .pending else {
          try Self.ask(wish, id, now, transaction)
          return
        }
        guard let job = try RunJob.find(id, transaction) else { return }
        _ = try job.finish(
          .cancelled(wish), by: nil, at: now, span: span, log: log, transaction)
        try QueueCounts.move(from: .pending, to: nil, in: transaction)
        try QueueCounts.publish(to: gauge, in: transaction)
        transaction.afterCommit { signal.ring() }
      }
      return RunCancelled(success: true, runID: id)
    }
    executing[id]?.cancel(wish)
    return answer
  }

  private static func ask(
    _ wish: CancelWish, _ id: RunID, _ now: Timestamp, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE runs SET cancel_requested_at = coalesce(cancel_requested_at, ?2),
        cancel_reason = coalesce(cancel_reason, ?3) WHERE id = ?1 AND status = 'running'
      """, .text(id.text), .integer(now.milliseconds), .optional(wish.reason))
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
