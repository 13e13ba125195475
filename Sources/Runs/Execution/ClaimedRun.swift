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
  /// The tools of the first turn, as they were when the run was taken; nil where that turn looks
  /// them up itself.
  let offer: ToolOffer?

  init(_ run: ClaimedRun, _ setup: RunnerSetup, in transaction: borrowing Transaction) {
    self.run = run
    journal = RunJournal(run, setup)
    let turn = ToolTurn(
      job: run.job, agent: RunAgent(of: run.job), journal: journal, setup: setup)
    offer = Self.offer(turn, in: transaction)
  }

  /// Nothing for a group, whose members have tools of their own, and where the store cannot say:
  /// then the first turn fails, and not whoever takes runs.
  private static func offer(_ turn: ToolTurn, in transaction: borrowing Transaction) -> ToolOffer? {
    guard turn.job.group == nil else { return nil }
    do throws(StoreError) { return try ToolOffer(turn, in: transaction) } catch { return nil }
  }
}
