/// The one thread that changes the database: it takes what waits, runs it in one transaction, has
/// it written to disk once, and answers.
struct Writer: Sendable {
  let queue: WorkQueue<Job<Transaction>>
  let configuration: Database.Configuration
  let monotonic: @Sendable () -> UInt64
  let observe: @Sendable (StoreEvent) -> Void

  /// Works until the queue is closed and empty, then empties the log.
  func run(on session: Session) {
    var policy = CheckpointPolicy(
      everyPages: configuration.checkpointPages, pagesMax: configuration.logPagesMax)
    var jobs: [Job<Transaction>] = []
    while let job = queue.waitForNext() {
      jobs.append(job)
      while !jobs.isEmpty { commitBatch(of: &jobs, on: session) }
      switch policy.step(logPages: session.connection.logPages) {
      case .none: break
      case .move: checkpoint(session, waiting: false)
      case .restart: checkpoint(session, waiting: true)
      }
    }
    checkpoint(session, waiting: true)
  }

  /// Runs jobs in one transaction, with those that come meanwhile, and answers them; what a lost
  /// transaction did not reach stays in `jobs`.
  private func commitBatch(of jobs: inout [Job<Transaction>], on session: Session) {
    let start = monotonic()
    var outcomes: [(performed: Performed, failure: StoreError?)] = []
    do throws(StoreError) { try session.beginWriting() } catch {
      queue.take(configuration.batchMax - jobs.count, into: &jobs)
      for job in jobs { job.refuse(error) }
      report(jobs.count, refused: 0, from: start, to: monotonic(), error)
      return jobs.removeAll()
    }
    let transaction = Transaction(session)
    var next = 0
    while session.loss == nil {
      // Callers answered after the last commit come back one by one: as long as they come faster
      // than they are served, they go into this transaction instead of the next.
      if next == jobs.count { queue.take(configuration.batchMax - next, into: &jobs) }
      guard next < jobs.count else { break }
      session.beginWrite()
      let performed = jobs[next].perform(transaction)
      outcomes.append((performed, session.endWrite(keeping: performed.isKept)))
      next += 1
    }
    let middle = monotonic()
    let failure = session.commit()
    let actions = session.takeActions()
    let end = monotonic()
    for action in actions { action() }
    for outcome in outcomes { outcome.performed.answer(failure ?? outcome.failure) }
    jobs.removeFirst(next)
    let refused = outcomes.count { !$0.performed.isKept || $0.failure != nil }
    report(next, refused: refused, from: start, middle, to: end, failure)
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

  private func checkpoint(_ session: Session, waiting: Bool) {
    var pages = session.connection.logPages
    var moved = 0
    var failure: StoreError?
    do throws(StoreError) {
      (pages, moved) = try session.connection.checkpoint(waiting: waiting)
    } catch { failure = error }
    observe(.checkpointed(StoreEvent.Checkpoint(pages: pages, moved: moved, failure: failure)))
  }
}

/// When the log is moved into the database file.
struct CheckpointPolicy {
  /// What to do with the log.
  enum Step {
    case none
    /// Move what no reader still needs.
    case move
    /// Wait for readers too, so that the log starts again.
    case restart
  }

  private let everyPages: Int
  private let pagesMax: Int
  private var nextAt: Int
  private var lastPages = 0

  init(everyPages: Int, pagesMax: Int) {
    self.everyPages = everyPages
    self.pagesMax = pagesMax
    nextAt = everyPages
  }

  /// What to do after a commit that left `pages` in the log.
  mutating func step(logPages pages: Int) -> Step {
    if pages < lastPages { nextAt = everyPages }
    lastPages = pages
    guard pages >= nextAt else { return .none }
    // Readers can keep the log from being emptied: trying again at each commit would cost an
    // fsync each time.
    nextAt = pages + everyPages
    return pages >= pagesMax ? .restart : .move
  }
}
