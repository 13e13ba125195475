internal import Wire

/// A run that a worker has taken, and where to go on with it.
struct ClaimedRun: Sendable {
  let job: RunJob
  /// The lease under which this worker, and no other, writes to the run.
  let lease: String
  /// When the run's time is over.
  let due: Timestamp
  /// What was done before, when the run goes on after its worker was gone.
  let state: Checkpoint?
  /// By which the worker hears of it from outside.
  let control: RunControl

  /// How long the run may still take; a clock that was set back gives it no more than its timeout.
  func left(at now: Timestamp) -> Duration {
    .milliseconds(min(max(due.milliseconds - now.milliseconds, 0), job.timeoutMilliseconds))
  }
}
