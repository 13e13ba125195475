internal import Contract
internal import Events
internal import Store
internal import Wire

extension Runner {
  /// Takes a run: it is in the queue, on disk, when `completion` learns so.
  nonisolated func create(
    _ input: CreateRun, _ context: CallContext, completion: @escaping ChangeCompletion
  ) throws(Fault) {
    let run = try NewRun(
      input, scope: scope(context.head), id: setup.identifiers.next("run_"),
      now: setup.wallClock.now,
      limits: setup.limits)
    enqueue(run, context.claim, completion) { run in
      RunAccepted(runID: run.id, status: .pending, createdAt: run.createdAt)
    }
  }

  /// Takes a run that the members of a group work on together.
  nonisolated func create(
    _ input: CreateGroupRun, _ context: CallContext, completion: @escaping ChangeCompletion
  ) throws(Fault) {
    let (scope, principal) = (scope(context.head), context.principal)
    let (id, group) = (setup.identifiers.next("run_"), input.groupID)
    let run = try NewRun(
      input.request, scope: scope, group: group, id: id, now: setup.wallClock.now,
      limits: setup.limits)
    enqueue(run, context.claim, completion) { run in
      GroupRunAccepted(
        runID: run.id, groupID: group.text, status: .pending, createdAt: run.createdAt)
    } checking: { (transaction) throws(Fault) in
      let (found, members) = try Fault.translating { () throws(StoreError) in
        (
          try AgentGroup.find(group, visibleTo: scope.organisation, in: transaction),
          try GroupMember.all(of: group, in: transaction)
        )
      }
      guard let found else { throw AgentGroup.notFound(group) }
      try Roster.check(found.projectID, mayBeChangedBy: principal)
      guard !members.isEmpty else { throw Fault.field("group_id", "the group has no members") }
    }
  }

  private nonisolated func enqueue<Receipt: Coded>(
    _ run: NewRun, _ claim: IdempotencyClaim?, _ completion: @escaping ChangeCompletion,
    receipt: @escaping @Sendable (NewRun) -> Receipt,
    checking: (@Sendable (borrowing Transaction) throws(Fault) -> Void)? = nil
  ) {
    let (gauge, signal, queueMax) = (gauge, signal, setup.limits.queueMax)
    OnceOnly.run(
      claim, for: Receipt.self, on: setup.database, now: run.createdAt,
      { (transaction) throws(Fault) in
        try checking?(transaction)
        try Fault.translating { () throws(StoreError) in
          try run.insert(queueMax: queueMax, in: transaction)
        }.get()
        QueueCounts.publish(to: gauge, in: transaction)
        signal.ring(after: transaction)
        return .success(ChangeAnswer(receipt(run)))
      }, completion: completion)
  }
}

/// A run on its way into the store.
struct NewRun: Sendable {
  let id: RunID
  let createdAt: Timestamp
  private let scope: Scope
  private let session: SessionKey
  private let input: String
  private let agent: String
  private let group: GroupID?
  private let model: String?
  private let metadata: String?
  private let timeoutMilliseconds: Int64

  init(
    _ input: CreateRun, scope: Scope, group: GroupID? = nil, id: String, now: Timestamp,
    limits: RunLimits
  ) throws(Fault) {
    self.id = RunID(trusted: id)
    self.scope = scope
    createdAt = now
    session = input.sessionKey ?? .standard
    self.input = input.input.text
    self.group = group
    agent = group.map { "group:\($0.text)" } ?? input.agentID?.text ?? "main"
    model = input.llmConfig.map { String(decoding: $0.json(), as: UTF8.self) }
    guard input.metadata?.isJSON ?? true else {
      throw Fault.field("metadata", "a map in it has a key that is no text")
    }
    let metadata = input.metadata.map { $0.json() }
    guard metadata.map({ $0.count <= limits.metadataBytesMax }) ?? true else {
      throw Fault.field("metadata", "longer than \(limits.metadataBytesMax) bytes as JSON")
    }
    self.metadata = metadata.map { String(decoding: $0, as: UTF8.self) }
    timeoutMilliseconds =
      input.timeoutMs.map { Int64($0.value) } ?? limits.timeoutStandard.milliseconds
  }

  /// Puts the run into the queue, unless that is full.
  func insert(
    queueMax: Int, in transaction: borrowing Transaction
  ) throws(StoreError) -> Result<Void, Fault> {
    let hasRoom = try transaction.execute(
      "UPDATE run_counts SET value = value + 1 WHERE name = 'pending' AND value < ?1",
      .integer(Int64(queueMax)))
    guard hasRoom == 1 else {
      return .failure(
        Fault(
          .unavailable, "\(queueMax) runs are waiting already", name: "QUEUE_FULL",
          retryAfterSeconds: 5))
    }
    try transaction.execute(
      """
      INSERT INTO runs (id, org_id, user_id, project_id, session_key, input, status, phase,
        agent_id, llm_config, metadata, timeout_ms, created_at, group_id)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', 'queued', ?7, ?8, ?9, ?10, ?11, ?12)
      """, .text(id.text), .text(scope.organisation), .text(scope.user), .optional(scope.project),
      .text(session.text), .text(input), .text(agent), .optional(model), .optional(metadata),
      .integer(timeoutMilliseconds), .integer(createdAt.milliseconds), .optional(group?.text))
    return .success(())
  }
}

extension Duration {
  /// The whole milliseconds.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  /// The whole nanoseconds.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
