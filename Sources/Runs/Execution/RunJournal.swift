internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// Collects a run's events and writes them, several in one transaction, while the run is under its
/// worker's lease.
///
/// The execution and the model's pauses both come here: what was said is written before anybody
/// waits.
actor RunJournal {
  private let run: ClaimedRun
  private let setup: RunnerSetup
  private var drafts: [EventDraft] = []
  private var counted: Int64 = 0
  private var toolCalls: Int64 = 0
  private var oldest: Int64 = 0
  /// What is being said, until a secret in it cannot be overlooked.
  private var sieve = PieceSieve()
  /// The agent whose turn it is.
  private var agent: String
  /// The step that is under way, and its span.
  private var current: (step: Int, span: String)?
  /// Why nothing can be written any more.
  private(set) var interruption: RunInterruption?

  init(_ run: ClaimedRun, _ setup: RunnerSetup) {
    self.run = run
    self.setup = setup
    agent = run.job.agent
  }

  /// Has an agent speak from now on.
  func speak(as agent: String) { self.agent = agent }

  /// Adds a token, and writes when so many wait, or one for so long, that it is time.
  func say(_ token: String, at index: Int, step: Int, span: String) async throws(RunInterruption) {
    note(sieve.take(token, at: index), step: step, span: span)
    if isDue { try await write() }
  }

  /// Adds what is left of a model's turn: nothing that comes later continues it.
  func endSaying(step: Int, span: String) {
    note(sieve.end(), step: step, span: span)
    sieve = PieceSieve()
  }

  private func note(_ pieces: [PieceSieve.Piece], step: Int, span: String) {
    for piece in pieces {
      note(
        RunEventType.token, step: step, span: span,
        ["token": .text(piece.text), "tokenIndex": .integer(Int64(piece.index))])
      drafts[drafts.count - 1].isRedacted = piece.isRedacted
    }
  }

  private var isDue: Bool {
    drafts.count >= setup.limits.tokensPerWrite
      || !drafts.isEmpty
        && setup.clock.nanoseconds - oldest >= setup.limits.tokenDelayMax.nanoseconds
  }

  /// Adds that the model of the step that is under way is asked once more.
  func noteRetry(attempt: Int, reason: String, delayMilliseconds: Int64) {
    guard let current else { return }
    note(
      RunEventType.stepRetried, step: current.step, span: current.span,
      [
        "stepNumber": .integer(Int64(current.step)), "attempt": .integer(Int64(attempt)),
        "reason": .text(reason), "delayMs": .integer(delayMilliseconds),
      ])
  }

  func note(_ type: String, step: Int?, span: String, _ payload: WireValue) {
    if let step { current = (step, span) }
    if drafts.isEmpty { oldest = setup.clock.nanoseconds }
    drafts.append(draft(type, step: step, span: span, payload))
    if type != RunEventType.token { counted += 1 }
    if type == RunEventType.toolCalled { toolCalls += 1 }
  }

  /// An event of the agent whose turn it is, as it would be written now.
  func draft(_ type: String, step: Int?, span: String, _ payload: WireValue) -> EventDraft {
    run.job.event(
      type, step: step, span: span, at: setup.wallClock.now, by: Party("agent", agent),
      agent: agent, payload: payload)
  }

  /// Writes what waits, with the run's checkpoint when one is given, and its answer when there is
  /// one.
  ///
  /// From an answer on the run can only complete: an answer is not taken when somebody has wished
  /// to cancel the run before, and then `completion` is not written either.
  func write(
    checkpoint: Checkpoint? = nil, answer: String? = nil,
    with completion: JournalBatch.Completion? = nil
  ) async throws(RunInterruption) {
    let batch = JournalBatch(
      run: run, drafts: drafts, counted: counted, toolCalls: toolCalls, checkpoint: checkpoint,
      answer: answer, completion: completion)
    drafts = []
    (counted, toolCalls) = (0, 0)
    guard batch.holdsAnything else { return }
    let log = setup.log
    let isCalledOff: Bool?
    do throws(StoreError) {
      isCalledOff = try await setup.database.write { (transaction) throws(StoreError) in
        try batch.write(to: log, transaction)
      }
    } catch {
      throw interrupted(.store(error))
    }
    guard let isCalledOff else { throw interrupted(.lost) }
    if isCalledOff { throw interrupted(.calledOff) }
  }

  private func interrupted(_ reason: RunInterruption) -> RunInterruption {
    interruption = reason
    return reason
  }
}

/// What is written to a run's log and row in one transaction.
struct JournalBatch: Sendable {
  /// What is written beside an answer that is taken.
  struct Completion: Sendable {
    /// Events that tell of it.
    let told: [EventDraft]
    let write: @Sendable (borrowing Transaction) throws(StoreError) -> Void
  }

  let run: ClaimedRun
  let drafts: [EventDraft]
  let counted: Int64
  let toolCalls: Int64
  let checkpoint: Checkpoint?
  let answer: String?
  let completion: Completion?

  var holdsAnything: Bool { !drafts.isEmpty || checkpoint != nil || answer != nil }

  /// Nil when the run is not under the lease any more, and then nothing is written; else whether
  /// somebody wishes to cancel the run.
  func write(
    to log: EventLog, _ transaction: borrowing Transaction
  ) throws(StoreError) -> Bool? {
    let isCalledOff = try transaction.first(
      Int64.self,
      """
      UPDATE runs SET event_count = event_count + ?3, tool_call_count = tool_call_count + ?4
      WHERE id = ?1 AND status = 'running' AND lease_owner = ?2
      RETURNING cancel_requested_at IS NOT NULL
      """, .text(run.job.id.text), .text(run.lease), .integer(counted), .integer(toolCalls))
    guard let isCalledOff else { return nil }
    try log.append(drafts, in: transaction)
    if let checkpoint { try checkpoint.save(of: run.job, in: transaction) }
    if let answer {
      try transaction.execute(
        """
        UPDATE runs SET phase = ?2, output = ?3 WHERE id = ?1 AND cancel_requested_at IS NULL
        """, .text(run.job.id.text), .text(RunPhase.finalizing.rawValue), .text(answer))
    }
    if isCalledOff == 0, let completion { try complete(completion, log, transaction) }
    return isCalledOff == 1
  }

  private func complete(
    _ completion: Completion, _ log: EventLog, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    try completion.write(transaction)
    try log.append(completion.told, in: transaction)
    try transaction.execute(
      "UPDATE runs SET event_count = event_count + ?2 WHERE id = ?1", .text(run.job.id.text),
      .integer(Int64(completion.told.count)))
  }
}

/// Why a run's execution stopped without an answer.
enum RunInterruption: Error, Sendable {
  case model(ModelError)
  /// The run cannot come to an answer.
  case failed(RunError)
  case store(StoreError)
  /// The run is not under this worker's lease any more.
  case lost
  /// Somebody wishes to cancel the run.
  case calledOff
}
