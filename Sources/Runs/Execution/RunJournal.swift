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
  let run: ClaimedRun
  let setup: RunnerSetup
  private var drafts: [EventDraft] = []
  private var counted: Int64 = 0
  private var toolCalls: Int64 = 0
  private var oldest: Int64 = 0
  /// What is being said, until a secret in it cannot be overlooked.
  private var sieve = PieceSieve()
  /// The agent whose turn it is.
  private(set) var agent: String
  /// The step that is under way, and its span.
  private(set) var current: (step: Int, span: String)?
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
    add(draft(type, step: step, span: span, payload))
    if type != RunEventType.token { counted += 1 }
    if type == RunEventType.toolCalled { toolCalls += 1 }
  }

  /// Adds what an agent gives another to do.
  func note(_ task: AgentTask, from sender: String, step: Int, span: String) {
    let (payload, isRedacted) = task.told
    var draft = run.job.event(
      RunEventType.task, step: step, span: span, at: setup.wallClock.now,
      by: Party("agent", sender), agent: sender, to: task.recipient, payload: payload)
    draft.isRedacted = isRedacted
    add(draft)
    counted += 1
  }

  private func add(_ draft: EventDraft) {
    if drafts.isEmpty { oldest = setup.clock.nanoseconds }
    drafts.append(draft)
  }

  /// An event of the agent whose turn it is, as it would be written now.
  func draft(_ type: String, step: Int?, span: String, _ payload: WireValue) -> EventDraft {
    run.job.event(
      type, step: step, span: span, at: setup.wallClock.now, by: Party("agent", agent),
      agent: agent, payload: payload)
  }

  /// Writes what waits, with the run's checkpoint when one is given.
  func write(
    checkpoint: Checkpoint? = nil, parking: RunParking? = nil
  ) async throws(RunInterruption) {
    _ = try await commit(checkpoint, nil, parking)
  }

  /// Writes what waits, and ends the run with its answer; what follows it, or nil when the answer
  /// was not taken, because something was said to the run meanwhile.
  ///
  /// An answer is not taken when somebody has wished to cancel the run before, and then what
  /// belongs to it is not written either.
  func keep(
    _ answer: JournalBatch.Answer, checkpoint: Checkpoint
  ) async throws(RunInterruption) -> RunSequel? {
    try await commit(checkpoint, answer, nil)?.sequel
  }

  private func commit(
    _ checkpoint: Checkpoint?, _ answer: JournalBatch.Answer?, _ parking: RunParking?
  ) async throws(RunInterruption) -> JournalBatch.Written? {
    let batch = JournalBatch(
      run: run, drafts: drafts, counted: counted, toolCalls: toolCalls, checkpoint: checkpoint,
      answer: answer, parking: parking, time: setup.wallClock.now)
    drafts = []
    (counted, toolCalls) = (0, 0)
    guard batch.holdsAnything else { return nil }
    let setup = setup
    let written: JournalBatch.Written?
    do throws(StoreError) {
      written = try await setup.database.write { (transaction) throws(StoreError) in
        try batch.write(setup, transaction)
      }
    } catch {
      throw interrupted(.store(error))
    }
    guard let written else { throw interrupted(.lost) }
    if written.facts.wish != nil { throw interrupted(.calledOff) }
    return written
  }

  private func interrupted(_ reason: RunInterruption) -> RunInterruption {
    interruption = reason
    return reason
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
  /// The run has used what it may.
  case spent(RunError)
  /// The run waits for others, and no worker has it.
  case parked
}
