internal import Contract
internal import Events
internal import Store
internal import Wire

extension Librarian {
  /// Has a connector read what is new, and waits for the end if that is wanted.
  nonisolated(nonsending) func sync(
    _ input: SyncConnector, _ context: CallContext
  ) async throws(Fault) -> Answer<FeishuJob> {
    let (place, now, signal) = (Self.place(context), setup.wallClock.now, signal)
    let (isEnabled, caller) = (setup.client != nil, context.principal.id)
    let id = setup.identifiers.next("fsjob_")
    let answer = try await OnceOnly.run(context.claim, on: setup.database, now: now) {
      (transaction) throws(Fault) in
      let (connector, open) = try Fault.translating { () throws(StoreError) in
        (
          try FeishuConnector.find(input.connectorID, in: place, transaction),
          try FeishuJob.open(of: input.connectorID.text, in: transaction)
        )
      }
      guard let connector else { throw FeishuConnector.notFound(input.connectorID) }
      guard isEnabled else { throw Self.isDisabled }
      if let open { return .success(open) }
      let job = FeishuJob(id: id, of: connector, .manual, at: now)
      try Fault.translating { () throws(StoreError) in
        try job.insert(startedBy: caller, in: transaction)
      }
      signal.ring(after: transaction)
      return .success(job)
    }
    guard input.wait, !answer.value.status.isFinal else { return answer }
    let job = try await end(of: answer.value.id) ?? answer.value
    return Answer(job, isReplayed: answer.isReplayed)
  }

  private static let isDisabled = Fault(
    .invalid, "this server reads nothing of Feishu: it has no feishu-app-id and no secret",
    name: "FEISHU_SYNC_DISABLED")

  /// The job once it has ended, or as it is after the longest wait; nil when it is forgotten.
  private nonisolated(nonsending) func end(of id: String) async throws(Fault) -> FeishuJob? {
    let librarian = self
    await setup.pausing.rest(for: FeishuLimits.waitMax) { await librarian.untilEnd(of: id) }
    return try await read { (reader) throws(StoreError) in try FeishuJob.find(id, in: reader) }
  }

  private func untilEnd(of id: String) async {
    while !Task.isCancelled {
      let seen = ended.rings
      do throws(Fault) {
        let job = try await read { (reader) throws(StoreError) in
          try FeishuJob.find(id, in: reader)
        }
        guard let job, !job.status.isFinal else { return }
      } catch {
        // The caller reads the job once more, and is told.
        return
      }
      await ended.wait(past: seen)
    }
  }

  /// The newest jobs of a connector.
  nonisolated(nonsending) func jobs(
    _ input: JobsQuery, _ context: CallContext
  ) async throws(Fault) -> JobList {
    let place = Self.place(context)
    let most = Int(min(max(input.limit, 1), 100))
    let jobs = try await read { (reader) throws(StoreError) -> [FeishuJob]? in
      guard try FeishuConnector.find(input.connectorID, in: place, reader) != nil else {
        return nil
      }
      return try FeishuJob.newest(of: input.connectorID, most: most, in: reader)
    }
    guard let jobs else { throw FeishuConnector.notFound(input.connectorID) }
    return JobList(jobs: jobs)
  }
}

extension FeishuJob {
  /// A job of a connector that is to be done.
  init(
    id: String, of connector: FeishuConnector, _ trigger: FeishuTrigger, at now: Timestamp
  ) {
    self.init(
      id: id, orgID: connector.orgID, projectID: connector.projectID, connectorID: connector.id,
      trigger: trigger, status: .pending, startedAt: nil, endedAt: nil, stats: FeishuStats(),
      errorMessage: nil, createdAt: now, updatedAt: now)
  }
}
