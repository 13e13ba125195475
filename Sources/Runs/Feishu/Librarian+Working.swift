internal import Contract
internal import Events
internal import Store
internal import Wire

/// What happens to a sync, as the log tells it (the catalogue, §5).
enum FeishuEventType: String, CaseIterable, Sendable {
  case started = "feishu.sync_started"
  case completed = "feishu.sync_completed"
  case failed = "feishu.sync_failed"
}

/// A job that is being done, with the connector as it was when the job began.
struct ClaimedSync: Sendable {
  let job: FeishuJob
  let connector: FeishuConnector
  let starter: String
}

/// The workers: they look for connectors that are due, and see jobs to their end.
extension Librarian {
  /// Ends what an earlier process left, then works until the task is cancelled.
  package func work() async {
    await abandon()
    guard let client = setup.client else { return }
    await withDiscardingTaskGroup { group in
      for _ in 0..<FeishuLimits.workers { group.addTask { await takeJobs(client) } }
      group.addTask { await poll() }
    }
  }

  /// Fails the jobs whose process is gone: no other has this data folder, so that all of them are.
  private func abandon() async {
    let setup = setup
    var isDone = false
    while !isDone, !Task.isCancelled {
      do throws(StoreError) {
        isDone = try await setup.database.write { (transaction) throws(StoreError) in
          guard let job = try FeishuJob.oldest(.running, in: transaction) else { return true }
          try Self.end(job, job.stats, error: "interrupted: the server stopped", setup, transaction)
          return false
        }
      } catch {
        guard await setup.pausing.rest(for: .seconds(1)) else { return }
      }
    }
  }

  /// Makes jobs of connectors that are due, until the task is cancelled.
  private func poll() async {
    repeat {
      do throws(StoreError) {
        while try await makeDueJobs() == FeishuLimits.dueMax {}
      } catch {
        // The next look finds the same connectors again.
        continue
      }
    } while await setup.pausing.rest(for: setup.pollEvery)
  }

  /// Makes one job for each connector that is due and has none; the number of those that were due.
  private func makeDueJobs() async throws(StoreError) -> Int {
    let (setup, signal, now) = (setup, signal, setup.wallClock.now)
    return try await setup.database.write { (transaction) throws(StoreError) in
      let due = try FeishuConnector.due(at: now, limit: FeishuLimits.dueMax, in: transaction)
      for connector in due {
        try connector.notePoll(at: now, in: transaction)
        guard try FeishuJob.open(of: connector.id, in: transaction) == nil else { continue }
        let job = FeishuJob(id: setup.identifiers.next("fsjob_"), of: connector, .poll, at: now)
        try job.insert(startedBy: "poller", in: transaction)
      }
      if !due.isEmpty { signal.ring(after: transaction) }
      return due.count
    }
  }

  private func takeJobs(_ client: FeishuClient) async {
    while !Task.isCancelled {
      let seen = signal.rings
      do throws(StoreError) {
        if let claimed = try await claim() {
          await see(claimed, client)
        } else {
          await signal.wait(past: seen)
        }
      } catch {
        guard await setup.pausing.rest(for: .seconds(1)) else { return }
      }
    }
  }

  /// Takes the oldest job that is to be done, and writes that it has begun.
  private func claim() async throws(StoreError) -> ClaimedSync? {
    let setup = setup
    return try await setup.database.write { (transaction) throws(StoreError) in
      guard let job = try FeishuJob.oldest(.pending, in: transaction),
        let connector = try FeishuConnector.find(
          ConnectorID(trusted: job.connectorID), in: nil, transaction),
        try job.begin(at: setup.wallClock.now, in: transaction)
      else { return nil }
      let starter = try job.starter(in: transaction) ?? ""
      let draft = job.event(.started, by: starter, at: setup.wallClock.now)
      try setup.log.append([draft], in: transaction)
      return ClaimedSync(job: job, connector: connector, starter: starter)
    }
  }

  /// Does a job; one that is called off stays as it is, and is ended at the next start.
  private func see(_ claimed: ClaimedSync, _ client: FeishuClient) async {
    let setup = setup
    let synchronizer = Synchronizer(claimed, client, setup)
    let ending = await withTaskGroup(of: SyncEnding?.self) { group in
      group.addTask { await synchronizer.run() }
      group.addTask {
        await setup.pausing.rest(for: FeishuLimits.jobMax) ? .tookTooLong : nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    guard let ending, ending != .calledOff, !Task.isCancelled else { return }
    await write(ending, of: claimed)
  }

  /// Writes the end; a store that cannot now is asked again, for the job must not stay `running`.
  private func write(_ ending: SyncEnding, of claimed: ClaimedSync) async {
    let (setup, ended, job) = (setup, ended, claimed.job)
    repeat {
      do throws(StoreError) {
        try await setup.database.write { (transaction) throws(StoreError) in
          let kept = try FeishuJob.find(job.id, in: transaction)?.stats
          try Self.end(
            job, ending.stats ?? kept ?? FeishuStats(), error: ending.reason, setup, transaction)
          ended.ring(after: transaction)
        }
        if let reason = ending.reason {
          setup.observe(
            FeishuTrouble(
              connector: job.connectorID, job: job.id, source: nil, reason: reason))
        }
        return
      } catch {
        if case .closed = error { return }
      }
    } while await setup.pausing.rest(for: .seconds(1))
  }

  /// Writes a job's end, what its connector shows of it, and the event.
  private static func end(
    _ job: FeishuJob, _ stats: FeishuStats, error: String?, _ setup: LibrarianSetup,
    _ transaction: borrowing Transaction
  ) throws(StoreError) {
    let now = setup.wallClock.now
    let starter = try job.starter(in: transaction) ?? ""
    guard try job.end(stats, error: error, at: now, in: transaction) else { return }
    try FeishuConnector.noteEnd(of: job, error: error, at: now, in: transaction)
    let type: FeishuEventType = error == nil ? .completed : .failed
    let draft = job.event(type, by: starter, at: now, stats: stats, error: error)
    try setup.log.append([draft], in: transaction)
  }
}

extension FeishuJob {
  /// An event about the job.
  fileprivate func event(
    _ type: FeishuEventType, by starter: String, at now: Timestamp, stats: FeishuStats? = nil,
    error: String? = nil
  ) -> EventDraft {
    let payload = WireValue.record(
      ("connector_id", .text(connectorID)), ("job_id", .text(id)),
      ("trigger", .text(trigger.rawValue)), ("stats", stats?.wireValue()),
      ("error", error.map { .text($0) }))
    return EventDraft(
      stream: "org:\(orgID)", tenant: orgID, project: projectID, type: type.rawValue, time: now,
      actor: Party(trigger == .manual ? "user" : "system", starter),
      subject: Party("feishu_connector", connectorID), correlationID: nil,
      event: { _, _ in payload })
  }
}
