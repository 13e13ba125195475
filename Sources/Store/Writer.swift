/// The one thread that changes the database: it takes what waits, runs it in one transaction, has
/// it written to disk once, and answers.
struct Writer: Sendable {
  let queue: WorkQueue<Work>
  let configuration: Database.Configuration
  let monotonic: @Sendable () -> UInt64
  let observe: @Sendable (StoreEvent) -> Void

  /// Works until the queue is closed and empty, then empties the log.
  func run(on session: Session) {
    var policy = CheckpointPolicy(
      everyPages: configuration.checkpointPages, pagesMax: configuration.logPagesMax)
    var jobs: [Work] = []
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
  private func commitBatch(of jobs: inout [Work], on session: Session) {
    let start = monotonic()
    do throws(StoreError) { try session.beginWriting() } catch {
      queue.take(configuration.batchMax - jobs.count, into: &jobs)
      for job in jobs { job.refuse(error) }
      report(jobs.count, refused: 0, from: start, to: monotonic(), error)
      return jobs.removeAll()
    }
    let done = run(&jobs, on: session)
    let middle = monotonic()
    let failure = session.commit()
    let actions = session.takeActions()
    let end = monotonic()
    for action in actions { action() }
    for work in done { work.answer(failure ?? work.refusal) }
    if done.count == jobs.count {
      jobs.removeAll(keepingCapacity: true)
    } else {
      jobs.removeFirst(done.count)
    }
    report(done.count, refused: done.count { !$0.isKept }, from: start, middle, to: end, failure)
  }

  /// A write that has run, its caller still to be answered.
  private struct DoneWrite {
    let isKept: Bool
    /// Why it was taken back although its body returned.
    let refusal: StoreError?
    let answer: (StoreError?) -> Void
  }

  /// Runs jobs, and those that come meanwhile, until none waits or the transaction is lost.
  ///
  /// They run unguarded first. When one of them has to be taken back after it changed something,
  /// the transaction begins anew, and all run again with a savepoint for each.
  private func run(_ jobs: inout [Work], on session: Session) -> [DoneWrite] {
    var done: [DoneWrite] = []
    done.reserveCapacity(jobs.count)
    var isGuarded = false
    while session.loss == nil {
      // Callers answered after the last commit come back one by one: as long as they come faster
      // than they are served, they go into this transaction instead of the next.
      if done.count == jobs.count { queue.take(configuration.batchMax - jobs.count, into: &jobs) }
      guard done.count < jobs.count else { break }
      session.beginWrite(isGuarded: isGuarded)
      let work = jobs[done.count].take(.run(session))
      switch session.endWrite(keeping: work.isWanted) {
      case .kept: done.append(DoneWrite(isKept: true, refusal: nil, answer: work.answer))
      case .undone(let refusal):
        done.append(DoneWrite(isKept: false, refusal: refusal, answer: work.answer))
      case .spoiled:
        isGuarded = true
        done.removeAll(keepingCapacity: true)
        session.beginAgain()
      }
    }
    return done
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
