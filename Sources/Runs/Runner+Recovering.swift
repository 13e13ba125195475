internal import Contract
internal import Events
internal import Store
internal import Wire

/// Runs whose worker is gone: they go on from their checkpoint, or fail and say so.
extension Runner {
  /// Runs that are recovered in one transaction.
  private static let recoveredMax = 100

  /// Looks for abandoned runs from time to time, until the task is cancelled.
  func reap() async {
    while await setup.pausing.rest(for: setup.limits.reapEvery) {
      await recover(untilLease: setup.wallClock.now)
      await rejectOverdueCalls()
      await purgeKeptAnswers()
    }
  }

  /// Recovers the runs whose lease ended before `time`; at start, when no other process can hold
  /// one, all.
  func recover(untilLease time: Timestamp) async {
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

  private func recoverSome(untilLease time: Timestamp) async throws(StoreError) -> Bool {
    let (runner, setup, gauge) = (self, setup, gauge)
    let held = executing.all.keys
    return try await setup.database.write { (transaction) throws(StoreError) in
      // After a standstill of the whole process its own leases look abandoned as well; their
      // workers are here and go on.
      _ = try runner.renew(held, in: transaction)
      let jobs = try RunJob.abandoned(at: time, limit: Self.recoveredMax, transaction)
      for job in jobs { try Self.recover(job, setup, transaction) }
      QueueCounts.publish(to: gauge, in: transaction)
      return jobs.count < Self.recoveredMax
    }
  }

  private static func recover(
    _ job: RunJob, _ setup: RunnerSetup, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    let now = setup.wallClock.now
    let span = setup.identifiers.next("sp_")
    let checkpoint = try Checkpoint.find(of: job.id, in: transaction)
    let ending = Self.ending(of: job, checkpoint, at: now)
    guard try !job.finish(ending, under: nil, at: now, span: span, setup, transaction),
      let checkpoint
    else { return }
    _ = try job.requeue(checkpoint, at: now, span: span, setup, transaction)
  }

  /// How an abandoned run ends, unless its row knows better; one that can go on does not end.
  private static func ending(
    of job: RunJob, _ checkpoint: Checkpoint?, at now: Timestamp
  ) -> RunEnding {
    if job.left(at: now) == .zero { return .timedOut }
    guard let checkpoint, checkpoint.unfinishedCall == nil else { return .interrupted }
    return .given
  }

  /// Adds to the index what was remembered before there was one.
  func catchUpWithMemories() async {
    for source in MemorySource.all {
      var place: Int64? = 0
      while let from = place, !Task.isCancelled {
        do throws(StoreError) {
          place = try await setup.database.write { (transaction) throws(StoreError) in
            try MemoryIndex.catchUp(with: source, after: from, in: transaction)
          }
        } catch {
          guard await setup.pausing.rest(for: .seconds(1)) else { return }
        }
      }
    }
  }

  private func purgeKeptAnswers() async {
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

extension Timestamp {
  /// Later than every lease.
  static let distantFuture = Timestamp(milliseconds: .max)
}
