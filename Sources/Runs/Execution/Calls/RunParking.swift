internal import Contract
internal import Store
internal import Wire

/// What a run waits for when no worker has it.
struct RunParking: Sendable {
  let phase: RunPhase
  var calls: [AwaitedCall] = []
  /// The runs that its calls start.
  var children: [NewRun] = []

  init(_ phase: RunPhase) { self.phase = phase }

  /// Has the worker that has the run leave it.
  func write(
    _ run: ClaimedRun, at time: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) {
    for child in children { try child.insertUncounted(in: transaction) }
    let organisation = run.job.scope.organisation
    try QueueCounts.move(
      Int64(children.count), of: organisation, from: nil, to: .pending, in: transaction)
    try QueueCounts.move(of: organisation, from: .running, to: nil, in: transaction)
    for call in calls { try call.insert(at: time, in: transaction) }
    try run.job.park(in: phase, under: run.lease, at: time, transaction)
  }
}
