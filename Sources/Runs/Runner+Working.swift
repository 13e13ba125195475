internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// The workers: they take runs from the queue and see them to their end.
extension Runner {
  /// Recovers what an earlier process left, then works until the task is cancelled.
  package nonisolated func work() async {
    await withDiscardingTaskGroup { group in
      await recover(untilLease: .distantFuture)
      for _ in 0..<setup.limits.workers { group.addTask { await self.takeRuns() } }
      group.addTask { await self.reap() }
    }
  }

  private nonisolated func takeRuns() async {
    while !Task.isCancelled {
      let seen = signal.rings
      do throws(StoreError) {
        if let job = try await claim() {
          await execute(job)
          // The run may have held up others of its session.
          signal.ring()
        } else {
          await signal.wait(past: seen)
        }
      } catch {
        guard await rest(for: .seconds(1)) else { return }
      }
    }
  }

  /// Waits; false when the task is cancelled.
  private nonisolated func rest(for duration: Duration) async -> Bool {
    do throws(CancellationError) {
      try await setup.pausing.pause(for: duration)
      return true
    } catch {
      return false
    }
  }

  /// Takes the next run that may be executed, and writes that it has begun.
  private nonisolated func claim() async throws(StoreError) -> ClaimedRun? {
    let (setup, gauge) = (setup, gauge)
    let span = setup.identifiers.next("sp_")
    return try await setup.database.write { (transaction) throws(StoreError) in
      guard let job = try RunJob.next(transaction) else { return nil }
      let now = setup.wallClock.now
      let end = now.milliseconds + setup.limits.leaseMax.milliseconds
      guard try job.claim(by: setup.node, at: now, until: end, transaction) else { return nil }
      try QueueCounts.move(from: .pending, to: .running, in: transaction)
      try QueueCounts.publish(to: gauge, in: transaction)
      if let state = try Checkpoint.find(of: job.id, in: transaction) {
        return ClaimedRun(job: job, state: state)
      }
      let config = job.choice?.wireValue() ?? .null
      let started = job.event(
        RunEventType.started, step: nil, span: span, at: now, by: Party("agent", job.agent),
        payload: ["input": .text(job.input), "config": config])
      try transaction.execute(
        "UPDATE runs SET event_count = event_count + 1 WHERE id = ?1", .text(job.id.text))
      try setup.log.append([started], in: transaction)
      try Checkpoint().save(of: job, in: transaction)
      return ClaimedRun(job: job, state: nil)
    }
  }

  private func execute(_ run: ClaimedRun) async {
    let control = RunControl()
    executing[run.job.id] = control
    defer { executing[run.job.id] = nil }
    let ending = await ending(of: run, control)
    await finish(run.job, ending)
  }

  /// Whichever comes first: the answer, the timeout, the wish to cancel, the loss of the lease.
  private nonisolated func ending(of run: ClaimedRun, _ control: RunControl) async -> RunEnding {
    await withTaskGroup(of: RunEnding?.self) { group in
      group.addTask { [setup] in
        var execution = RunExecution(run.job, setup, resuming: run.state)
        return await execution.run()
      }
      group.addTask {
        let isOver = await self.rest(for: .milliseconds(run.job.timeoutMilliseconds))
        return isOver ? RunEnding(.timedOut, TokenUsage()) : nil
      }
      group.addTask { await self.cancelWish(of: run.job, control).map(RunEnding.cancelled) }
      group.addTask { await self.keepLease(of: run.job) }
      var ending: RunEnding = .given
      while let first = await group.next() {
        guard let first else { continue }
        ending = first
        break
      }
      // The others end before the run's last event is written, so that nothing comes after it.
      group.cancelAll()
      return ending
    }
  }

  /// The wish to cancel, once there is one; nil when the task is cancelled first.
  private nonisolated func cancelWish(
    of job: RunJob, _ control: RunControl
  ) async -> CancelWish? {
    // A wish that came after the claim and before the control found nobody to tell.
    do throws(StoreError) {
      let kept = try await setup.database.read { (reader) throws(StoreError) in
        try Self.cancelWish(of: job, reader)
      }
      if let kept { return kept }
    } catch {
      // A store that cannot be read now still has the wish when the run's lease is looked at.
      return await control.cancelled()
    }
    return await control.cancelled()
  }

  /// Gives signs of life until the run is done or not ours any more.
  private nonisolated func keepLease(of job: RunJob) async -> RunEnding? {
    while await rest(for: setup.limits.heartbeatEvery) {
      let setup = setup
      do throws(StoreError) {
        let isOurs = try await setup.database.write { (transaction) throws(StoreError) in
          let end = setup.wallClock.now.milliseconds + setup.limits.leaseMax.milliseconds
          return try job.renew(by: setup.node, until: end, transaction)
        }
        if !isOurs { return .given }
      } catch {
        // A store that is busy now may take the next sign; the lease lasts longer than one of them.
        continue
      }
    }
    return nil
  }

  /// Writes the ending; a store that cannot now is asked again, for the run must not stay
  /// `running`.
  private nonisolated func finish(_ job: RunJob, _ ending: RunEnding) async {
    if case .given = ending { return }
    let (setup, gauge) = (setup, gauge)
    let span = setup.identifiers.next("sp_")
    repeat {
      do throws(StoreError) {
        try await setup.database.write { (transaction) throws(StoreError) in
          let isEnded = try job.finish(
            ending, by: setup.node, at: setup.wallClock.now, span: span, log: setup.log,
            transaction)
          guard isEnded else { return }
          try QueueCounts.move(from: .running, to: nil, in: transaction)
          try QueueCounts.publish(to: gauge, in: transaction)
        }
        return
      } catch {
        if case .closed = error { return }
      }
    } while await rest(for: .seconds(1))
  }
}

/// A run that was taken, and where to go on with it.
struct ClaimedRun: Sendable {
  let job: RunJob
  /// What was done before, when the run goes on after its worker was gone.
  let state: Checkpoint?
}
