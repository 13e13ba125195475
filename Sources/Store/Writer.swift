/// The one thread that changes the database: it takes what waits, runs it in one transaction, has
/// it written to disk once, and answers.
struct Writer: Sendable {
  let queue: WorkQueue<any Work>
  let configuration: Database.Configuration
  let monotonic: @Sendable () -> UInt64
  let observe: @Sendable (StoreEvent) -> Void

  /// Works until the queue is closed and empty, then empties the log.
  func run(on session: Session) {
    var policy = CheckpointPolicy(
      everyPages: configuration.checkpointPages, pagesMax: configuration.logPagesMax)
    var jobs: [any Work] = []
    while let job = queue.waitForNext() {
      jobs.append(job)
      while !jobs.isEmpty { commitBatch(of: &jobs, on: session) }
      switch policy.step(logPages: session.connection.logPages) {
      case .none: break
      // After the callers were answered, who need not wait for it. A thread of its own for it was
      // no faster: its fsync and the writer's hold each other up.
      case .move: checkpoint(session, .moving)
      case .restart: checkpoint(session, .restarting)
      }
    }
    checkpoint(session, .emptying)
  }

  /// Runs jobs in one transaction, with those that come meanwhile, and answers them; what a lost
  /// transaction did not reach stays in `jobs`.
  private func commitBatch(of jobs: inout [any Work], on session: Session) {
    let start = monotonic()
    do throws(StoreError) { try session.beginWriting() } catch {
      queue.take(configuration.batchMax - jobs.count, into: &jobs)
      for job in jobs { job.answer(error) }
      report(jobs.count, refused: 0, from: start, to: monotonic(), error)
      return jobs.removeAll()
    }
    var refusals: [StoreError?] = []
    var refused = 0
    while session.loss == nil {
      // Callers answered after the last commit come back one by one: as long as they come faster
      // than they are served, they go into this transaction instead of the next.
      if refusals.count == jobs.count {
        queue.take(configuration.batchMax - jobs.count, into: &jobs)
      }
      guard refusals.count < jobs.count else { break }
      session.beginWrite()
      let isWanted = jobs[refusals.count].perform(on: session)
      let refusal = session.endWrite(keeping: isWanted)
      refusals.append(refusal)
      if !isWanted || refusal != nil { refused += 1 }
    }
    let middle = monotonic()
    let failure = session.commit()
    let actions = session.takeActions()
    let end = monotonic()
    for action in actions { action() }
    for (job, refusal) in zip(jobs, refusals) { job.answer(failure ?? refusal) }
    jobs.removeFirst(refusals.count)
    report(refusals.count, refused: refused, from: start, middle, to: end, failure)
  }

  private func report(
    _ writes: Int,
    refused: Int,
    from start: UInt64,
    _ middle: UInt64? = nil,
    to end: UInt64,
    _ failure: StoreError?,
  ) {
    observe(
      .committed(
        StoreEvent.Commit(
          writes: writes, refused: refused, bodyNanoseconds: (middle ?? end) &- start,
          commitNanoseconds: end &- (middle ?? end), queued: queue.count, failure: failure)))
  }

  private func checkpoint(_ session: Session, _ mode: SQLiteConnection.CheckpointMode) {
    var pages = session.connection.logPages
    var moved = 0
    var failure: StoreError?
    do throws(StoreError) {
      (pages, moved) = try session.connection.checkpoint(mode)
    } catch { failure = error }
    observe(.checkpointed(StoreEvent.Checkpoint(pages: pages, moved: moved, failure: failure)))
  }
}
