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
  let takeNext: @Sendable (_ goesOn: Bool, borrowing Transaction) throws(StoreError) -> ClaimedRun?

  /// The taking, by which this process knows it.
  var name: RunLease { RunLease(run: job.id, name: lease) }
}
