internal import Store

/// A run that a worker has taken, and where to go on with it.
struct ClaimedRun: Sendable {
  let job: RunJob
  /// The lease under which this worker, and no other, writes to the run.
  let lease: String
  /// What was done before, when the run goes on after its worker was gone.
  let state: Checkpoint?
  /// By which the worker hears of it from outside.
  let control: RunControl
  /// Takes the run that the worker goes on with, in the transaction that ends this one; nothing
  /// when it does not go on.
  let takeNext: @Sendable (_ goesOn: Bool, borrowing Transaction) throws(StoreError) -> TakenRun?

  /// The taking, by which this process knows it.
  var name: RunLease { RunLease(run: job.id, name: lease) }
}

/// A claimed run with what its execution begins with.
struct TakenRun: Sendable {
  let run: ClaimedRun
  let journal: RunJournal
  /// The tools of the first turn, as they were when the run was taken; nil for a group, whose
  /// members have tools of their own.
  let offer: ToolOffer?

  init(
    _ run: ClaimedRun, _ setup: RunnerSetup, in transaction: borrowing Transaction
  ) throws(StoreError) {
    self.run = run
    let job = run.job
    let journal = RunJournal(run, setup)
    self.journal = journal
    offer =
      try job.group == nil
      ? ToolOffer(
        ToolTurn(job: job, agent: RunAgent(of: job), journal: journal, setup: setup),
        in: transaction) : nil
  }
}
