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

  /// What became of a batch.
  struct Written: Sendable {
    let facts: RunFacts
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
    let facts = try transaction.first(
      RunFacts.self,
      """
      UPDATE runs SET event_count = event_count + ?3, tool_call_count = tool_call_count + ?4
      WHERE id = ?1 AND status = 'running' AND lease_owner = ?2
      RETURNING started_at, phase, output, cancel_requested_at, coalesce(cancel_by, 'system'),
        cancel_reason, message_count, status, parked_at
      """, .text(run.job.id.text), .text(run.lease), .integer(counted), .integer(toolCalls))
    guard let facts else { return nil }
    if let answer, facts.wish == nil, facts.messageCount <= answer.messagesHeard {
      return Written(facts: facts, sequel: try complete(answer, facts, setup, transaction))
    }
    try setup.log.append(drafts, in: transaction)
    if let checkpoint {
      try checkpoint.save(of: run.job, in: transaction)
      if checkpoint.hasWaited, checkpoint.open.isEmpty {
        try AwaitedCall.forget(of: run.job.id, in: transaction)
      }
    }
    if let parking, facts.wish == nil {
      try parking.write(run, at: time, in: transaction)
    }
    return Written(facts: facts)
  }

  /// Writes what waits and ends the run with its answer, and takes the one that its worker goes on
  /// with.
  private func complete(
    _ answer: Answer, _ facts: RunFacts, _ setup: RunnerSetup, _ transaction: borrowing Transaction
  ) throws(StoreError) -> RunSequel {
    var drafts = drafts
    if let completion = answer.completion {
      try completion.write(transaction)
      drafts += completion.told
      try transaction.execute(
        "UPDATE runs SET event_count = event_count + ?2 WHERE id = ?1",
        .text(run.job.id.text), .integer(Int64(completion.told.count)))
    }
    _ = try run.job.finish(
      as: .completed(output: answer.text), facts, checkpoint, after: drafts, under: run.lease,
      at: time, span: answer.span, setup, transaction)
    return RunSequel(next: try run.takeNext(answer.goesOn, transaction))
  }
}

/// What follows a run that has ended.
struct RunSequel: Sendable {
  /// The run that its worker goes on with; nil when there was none to take.
  let next: TakenRun?
}
