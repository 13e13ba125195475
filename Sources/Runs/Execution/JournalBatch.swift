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
    to log: EventLog, _ transaction: borrowing Transaction
  ) throws(StoreError) -> Standing? {
    let standing = try transaction.first(
      Standing.self,
      """
      UPDATE runs SET event_count = event_count + ?3, tool_call_count = tool_call_count + ?4
      WHERE id = ?1 AND status = 'running' AND lease_owner = ?2
      RETURNING cancel_requested_at IS NOT NULL, message_count
      """, .text(run.job.id.text), .text(run.lease), .integer(counted), .integer(toolCalls))
    guard let standing else { return nil }
    try log.append(drafts, in: transaction)
    if let checkpoint {
      try checkpoint.save(of: run.job, in: transaction)
      if checkpoint.hasWaited, checkpoint.open.isEmpty {
        try AwaitedCall.forget(of: run.job.id, in: transaction)
      }
    }
    guard !standing.isCalledOff else { return standing }
    if let answer, !standing.overtakes(answer) { try take(answer, log, transaction) }
    if let parking { try parking.write(run, at: time, in: transaction) }
    return standing
  }

  private func take(
    _ answer: Answer, _ log: EventLog, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    try answer.completion?.write(transaction)
    let told = answer.completion?.told ?? []
    try log.append(told, in: transaction)
    try transaction.execute(
      "UPDATE runs SET phase = ?2, output = ?3, event_count = event_count + ?4 WHERE id = ?1",
      .text(run.job.id.text), .text(RunPhase.finalizing.rawValue), .text(answer.text),
      .integer(Int64(told.count)))
  }
}
