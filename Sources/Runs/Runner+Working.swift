internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// The workers: they take runs from the queue and see them to their end.
extension Runner {
  /// Recovers what an earlier process left, then works until the task is cancelled.
  package func work() async {
    await withDiscardingTaskGroup { group in
      await recover(untilLease: .distantFuture)
      for _ in 0..<setup.limits.workers { group.addTask { await self.takeRuns() } }
      group.addTask { await self.keepTime() }
      group.addTask { await self.keepLeases() }
      group.addTask { await self.reap() }
      group.addTask { await self.catchUpWithMemories() }
      if let embeddings = setup.embeddings { group.addTask { await embeddings.work() } }
    }
  }

  private func takeRuns() async {
    var next: TakenRun?
    while !Task.isCancelled {
      let seen = signal.rings
      do throws(StoreError) {
        if next == nil { next = try await claim() }
        guard let taken = next else {
          await signal.wait(past: seen)
          continue
        }
        next = await execute(taken)
        // The run may have held up others of its session.
        signal.ring()
      } catch {
        guard await setup.pausing.rest(for: .seconds(1)) else { return }
      }
    }
  }

  /// Takes the next run that may be executed, and writes that it has begun.
  private func claim() async throws(StoreError) -> TakenRun? {
    let runner = self
    return try await setup.database.write { (transaction) throws(StoreError) in
      try runner.claim(in: transaction)
    }
  }

  private func claim(in transaction: borrowing Transaction) throws(StoreError) -> TakenRun? {
    let limits = setup.limits
    guard let job = try RunJob.next(tenantMax: limits.tenantRunsMax, transaction) else {
      return nil
    }
    let now = setup.wallClock.now
    let lease = "\(setup.node)/\(setup.identifiers.next("lease_"))"
    let end = now.milliseconds + limits.leaseMax.milliseconds
    let state = try Checkpoint.find(of: job.id, in: transaction)
    guard
      try job.claim(
        under: lease, at: now, until: end, events: state == nil ? 1 : 0, transaction)
    else { return nil }
    try QueueCounts.take(of: job.scope.organisation, in: transaction)
    QueueCounts.publish(to: gauge, in: transaction)
    if state == nil {
      try Self.begin(job, at: now, span: setup.identifiers.next("sp_"), setup.log, transaction)
    }
    let left = job.left(at: now)
    let control = RunControl(deadlineNanoseconds: setup.clock.nanoseconds + left.nanoseconds)
    // From the commit on a wish finds somebody to tell; one from before is in the row.
    if job.isCalledOff { control.end(.calledOff) }
    if left == .zero { control.end(.timedOut) }
    let run = ClaimedRun(
      job: job, lease: lease, state: state, control: control
    ) { (goesOn, transaction) throws(StoreError) in
      try self.next(goesOn, in: transaction)
    }
    let executing = executing
    transaction.afterCommit { executing.begin(run.name, control) }
    return TakenRun(run, setup, in: transaction)
  }

  /// Writes a run's first event and its first checkpoint.
  private static func begin(
    _ job: RunJob, at now: Timestamp, span: String, _ log: EventLog,
    _ transaction: borrowing Transaction
  ) throws(StoreError) {
    var config = job.choice?.wireValue()
    if let group = job.group {
      let members = try GroupMember.all(of: group, in: transaction)
      config = config ?? [:]
      config?["group_id"] = .text(group.text)
      config?["member_count"] = .integer(Int64(members.count))
      config?["max_rounds"] = .integer(Int64(AgentLoop.roundsMax))
    }
    let started = job.event(
      RunEventType.started, step: nil, span: span, at: now, by: Party("agent", job.agent),
      payload: .record(("input", .text(job.input)), ("config", config)))
    try log.append([started], in: transaction)
    try Checkpoint().save(of: job, in: transaction)
  }

  /// Sees a run to its end; the next one, when there is one to take.
  private func execute(_ taken: TakenRun) async -> TakenRun? {
    defer { executing.end(taken.run.name) }
    let ending = await ending(of: taken)
    return await finish(taken.run, ending)
  }

  /// Whichever comes first: the answer, or an end that the run is told.
  private func ending(of taken: TakenRun) async -> RunEnding {
    let control = taken.run.control
    if let ending = control.ending { return ending }
    return await withTaskGroup(of: RunEnding?.self) { group in
      group.addTask { [setup] in
        var execution = RunExecution(taken, setup)
        return await execution.run()
      }
      group.addTask { await control.ended() }
      var ending: RunEnding?
      // Both end before the run's last event is written, so that nothing comes after it.
      while let other = await group.next() {
        // What was told to a run that had ended by then came too late.
        if case .completed? = other { ending = other } else { ending = ending ?? other }
        if ending != nil { group.cancelAll() }
      }
      return ending ?? .given
    }
  }

  /// Writes the ending, unless it is written, and takes the next run in the same transaction; a
  /// store that cannot now is asked again, for the run must not stay `running`.
  private func finish(_ run: ClaimedRun, _ ending: RunEnding) async -> TakenRun? {
    switch ending {
    case .given: return nil
    case .completed(let sequel): return sequel.next
    case .failed, .calledOff: break
    }
    let runner = self
    let span = setup.identifiers.next("sp_")
    let goesOn = !Task.isCancelled
    repeat {
      do throws(StoreError) {
        return try await setup.database.write { (transaction) throws(StoreError) in
          _ = try run.job.finish(
            ending, under: run.lease, at: runner.setup.wallClock.now, span: span, runner.setup,
            transaction)
          return try runner.next(goesOn, in: transaction)
        }
      } catch {
        if case .closed = error { return nil }
      }
    } while await setup.pausing.rest(for: .seconds(1))
    return nil
  }

  /// What a worker goes on with after a run has ended, if it does.
  private func next(
    _ goesOn: Bool, in transaction: borrowing Transaction
  ) throws(StoreError) -> TakenRun? {
    QueueCounts.publish(to: gauge, in: transaction)
    return goesOn ? try claim(in: transaction) : nil
  }
}
