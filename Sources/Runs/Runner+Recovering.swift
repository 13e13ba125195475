internal import Contract
internal import Events
internal import Store
internal import Wire

/// Runs whose worker is gone: they go on from their checkpoint, or fail and say so.
extension Runner {
  /// Runs that are recovered in one transaction.
  private static let recoveredMax = 100

  /// Looks for abandoned runs from time to time, until the task is cancelled.
  nonisolated func reap() async {
    while true {
      do throws(CancellationError) {
        try await setup.pausing.pause(for: setup.limits.reapEvery)
      } catch {
        return
      }
      await recover(untilLease: setup.wallClock.now)
      await purgeKeptAnswers()
    }
  }

  /// Recovers the runs whose lease ended before `time`; at start, when no other process can hold
  /// one, all.
  nonisolated func recover(untilLease time: Timestamp) async {
    var isDone = false
    while !isDone, !Task.isCancelled {
      do throws(StoreError) {
        isDone = try await recoverSome(untilLease: time)
      } catch {
        // The next round finds the same runs again.
        return
      }
    }
    signal.ring()
  }

  private nonisolated func recoverSome(untilLease time: Timestamp) async throws(StoreError) -> Bool
  {
    let (setup, gauge) = (setup, gauge)
    return try await setup.database.write { (transaction) throws(StoreError) in
      let jobs = try RunJob.abandoned(at: time, limit: Self.recoveredMax, transaction)
      for job in jobs { try Self.recover(job, setup, transaction) }
      try QueueCounts.publish(to: gauge, in: transaction)
      return jobs.count < Self.recoveredMax
    }
  }

  private static func recover(
    _ job: RunJob, _ setup: RunnerSetup, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    let now = setup.wallClock.now
    let span = setup.identifiers.next("sp_")
    if let wish = try cancelWish(of: job, transaction) {
      if try job.finish(
        .cancelled(wish), by: nil, at: now, span: span, log: setup.log, transaction)
      {
        try QueueCounts.move(from: .running, to: nil, in: transaction)
      }
      return
    }
    let checkpoint = try Checkpoint.find(of: job.id, in: transaction)
    guard let checkpoint, checkpoint.unfinishedCall == nil else {
      let reason = RunError(
        code: "RUN_INTERRUPTED", message: "the server stopped while the run was executed",
        details: nil)
      let usage = checkpoint?.usage ?? TokenUsage()
      if try job.finish(
        .failed(reason, usage), by: nil, at: now, span: span, log: setup.log, transaction)
      {
        try QueueCounts.move(from: .running, to: nil, in: transaction)
      }
      return
    }
    guard try job.release(transaction) else { return }
    try QueueCounts.move(from: .running, to: .pending, in: transaction)
    let resumed = job.event(
      RunEventType.resumed, step: nil, span: span, at: now, by: Party("system", setup.node),
      payload: [
        "checkpoint_step_id": .text("step_\(checkpoint.stepsDone)"), "orphaned_tool_calls": [],
      ])
    try transaction.execute(
      "UPDATE runs SET event_count = event_count + 1 WHERE id = ?1", .text(job.id.text))
    try setup.log.append([resumed], in: transaction)
  }

  /// The wish to cancel that is in the store, be it that the worker was gone when it came, or not
  /// there yet.
  static func cancelWish(
    of job: RunJob, _ reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> CancelWish? {
    try reader.first(
      StoredWish.self,
      "SELECT cancel_reason FROM runs WHERE id = ?1 AND cancel_requested_at IS NOT NULL",
      .text(job.id.text)
    ).map { CancelWish(by: "system", reason: $0.reason) }
  }

  private nonisolated func purgeKeptAnswers() async {
    let now = setup.wallClock.now
    do throws(StoreError) {
      _ = try await setup.database.write { (transaction) throws(StoreError) in
        try OnceOnly.purge(now: now, limit: 1000, in: transaction)
      }
    } catch {
      // What is not purged now is purged in the next round.
      return
    }
  }
}

private struct StoredWish: Record {
  let reason: String?

  init(row: borrowing Row) throws(StoreError) {
    reason = try row.optionalText(0)
  }
}

extension Timestamp {
  /// Later than every lease.
  static let distantFuture = Timestamp(milliseconds: .max)
}
