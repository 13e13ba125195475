internal import Contract
internal import Events
internal import Store
internal import Wire

extension Runner {
  /// Takes a run: it is in the queue, on disk, when `completion` learns so.
  func create(
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
  func create(
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

  private func enqueue<Receipt: Coded>(
    _ run: NewRun, _ claim: IdempotencyClaim?, _ completion: @escaping ChangeCompletion,
    receipt: @escaping @Sendable (NewRun) -> Receipt,
    checking: (@Sendable (borrowing Transaction) throws(Fault) -> Void)? = nil
  ) {
    let (gauge, signal, limits) = (gauge, signal, setup.limits)
    OnceOnly.run(
      claim, for: Receipt.self, on: setup.database, now: run.createdAt,
      { (transaction) throws(Fault) in
        try checking?(transaction)
        try Fault.translating { () throws(StoreError) in
          try run.insert(limits, in: transaction)
        }.get()
        QueueCounts.publish(to: gauge, in: transaction)
        signal.ring(after: transaction)
        return .success(ChangeAnswer(receipt(run)))
      }, completion: completion)
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
