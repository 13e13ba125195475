internal import Events
internal import Store
internal import Wire

/// What is written to a run's log and row in one transaction.
struct JournalBatch: Sendable {
  /// What a run's agent has come to.
  struct Answer: Sendable {
    let text: String
    /// The messages to the run that the agent has heard.
    let messagesHeard: Int64
    let completion: Completion?
    /// The span of the run's last event.
    let span: String
    /// Whether the worker goes on with another run.
    let goesOn: Bool
  }

  /// What is written beside an answer that is taken.
  struct Completion: Sendable {
    /// Events that tell of it.
    let told: [EventDraft]
    let write: @Sendable (borrowing Transaction) throws(StoreError) -> Void
  }

  /// How the run stands whose log is written to.
  struct Standing: Record, Sendable {
    let isCalledOff: Bool
    private let messages: Int64

    init(row: borrowing Row) throws(StoreError) {
      isCalledOff = try row.integer(0) == 1
      messages = try row.integer(1)
    }

    /// Whether something was said to the run that went not into the answer.
    func overtakes(_ answer: Answer) -> Bool { messages > answer.messagesHeard }
  }

  /// What became of a batch.
  struct Written: Sendable {
    let standing: Standing
    /// What follows the run whose answer was taken; nil when there was none, or it was not taken.
    var sequel: RunSequel?
  }

  let run: ClaimedRun
  let drafts: [EventDraft]
  let counted: Int64
  let toolCalls: Int64
  let checkpoint: Checkpoint?
  let answer: Answer?
  let parking: RunParking?
  let time: Timestamp

  var holdsAnything: Bool { !drafts.isEmpty || checkpoint != nil }

  /// Nil when the run is not under the lease any more, and then nothing is written.
  func write(
    _ setup: RunnerSetup, _ transaction: borrowing Transaction
  ) throws(StoreError) -> Written? {
    let standing = try transaction.first(
      Standing.self,
      """
      UPDATE runs SET event_count = event_count + ?3, tool_call_count = tool_call_count + ?4
      WHERE id = ?1 AND status = 'running' AND lease_owner = ?2
      RETURNING cancel_requested_at IS NOT NULL, message_count
      """, .text(run.job.id.text), .text(run.lease), .integer(counted), .integer(toolCalls))
    guard let standing else { return nil }
    try setup.log.append(drafts, in: transaction)
    if let answer, !standing.isCalledOff, !standing.overtakes(answer) {
      return Written(standing: standing, sequel: try complete(answer, setup, transaction))
    }
    if let checkpoint {
      try checkpoint.save(of: run.job, in: transaction)
      if checkpoint.hasWaited, checkpoint.open.isEmpty {
        try AwaitedCall.forget(of: run.job.id, in: transaction)
      }
    }
    if let parking, !standing.isCalledOff {
      try parking.write(run, at: time, in: transaction)
    }
    return Written(standing: standing)
  }

  /// Ends the run with its answer, and takes the one that its worker goes on with.
  private func complete(
    _ answer: Answer, _ setup: RunnerSetup, _ transaction: borrowing Transaction
  ) throws(StoreError) -> RunSequel {
    if let completion = answer.completion {
      try completion.write(transaction)
      try setup.log.append(completion.told, in: transaction)
      try transaction.execute(
        "UPDATE runs SET event_count = event_count + ?2 WHERE id = ?1",
        .text(run.job.id.text), .integer(Int64(completion.told.count)))
    }
    if let facts = try RunFacts.find(run.job.id, in: transaction) {
      _ = try run.job.finish(
        as: .completed(output: answer.text), facts, checkpoint, under: run.lease, at: time,
        span: answer.span, setup, transaction)
    }
    return RunSequel(next: try run.takeNext(answer.goesOn, transaction))
  }
}

/// What follows a run that has ended.
struct RunSequel: Sendable {
  /// The run that its worker goes on with; nil when there was none to take.
  let next: ClaimedRun?
}
