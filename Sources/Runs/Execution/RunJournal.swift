internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// Collects a run's events and writes them, several in one transaction, while the run is this
/// worker's.
///
/// The execution and the model's pauses both come here: what was said is written before anybody
/// waits.
actor RunJournal {
  private let job: RunJob
  private let setup: RunnerSetup
  private var drafts: [EventDraft] = []
  private var counted: Int64 = 0
  private var toolCalls: Int64 = 0
  private var oldest: Int64 = 0

  init(_ job: RunJob, _ setup: RunnerSetup) {
    self.job = job
    self.setup = setup
  }

  /// Adds a token, and writes when so many wait, or one for so long, that it is time.
  func say(_ token: String, at index: Int, step: Int, span: String) async throws(RunInterruption) {
    note(
      RunEventType.token, step: step, span: span,
      ["token": .text(token), "tokenIndex": .integer(Int64(index))])
    if isDue { try await write() }
  }

  private var isDue: Bool {
    drafts.count >= setup.limits.tokensPerWrite
      || setup.clock.nanoseconds - oldest >= setup.limits.tokenDelayMax.nanoseconds
  }

  func note(_ type: String, step: Int?, span: String, _ payload: WireValue) {
    if drafts.isEmpty { oldest = setup.clock.nanoseconds }
    drafts.append(
      job.event(
        type, step: step, span: span, at: setup.wallClock.now, by: Party("agent", job.agent),
        payload: payload))
    if type != RunEventType.token { counted += 1 }
    if type == RunEventType.toolCalled { toolCalls += 1 }
  }

  /// Writes what waits, with a change of the run's phase or its checkpoint when one is given.
  func write(
    phase: RunPhase? = nil, checkpoint: Checkpoint? = nil
  ) async throws(RunInterruption) {
    let (job, setup, drafts, counted, toolCalls) = (job, setup, drafts, counted, toolCalls)
    self.drafts = []
    (self.counted, self.toolCalls) = (0, 0)
    if drafts.isEmpty, phase == nil, checkpoint == nil { return }
    let isOurs = try await setup.database.write { (transaction) throws(RunInterruption) in
      try RunInterruption.translating { () throws(StoreError) in
        let isOurs = try transaction.execute(
          """
          UPDATE runs SET event_count = event_count + ?3, tool_call_count = tool_call_count + ?4,
            phase = coalesce(?5, phase)
          WHERE id = ?1 AND status = 'running' AND lease_owner = ?2
          """, .text(job.id.text), .text(setup.node), .integer(counted), .integer(toolCalls),
          .optional(phase?.rawValue))
        guard isOurs == 1 else { return false }
        try setup.log.append(drafts, in: transaction)
        if let checkpoint { try checkpoint.save(of: job, in: transaction) }
        return true
      }
    }
    guard isOurs else { throw .lost }
  }
}

/// Why a run's execution stopped without an answer.
enum RunInterruption: Error, Sendable {
  case model(ModelError)
  case store(StoreError)
  /// The run is not this worker's any more.
  case lost
}

extension RunInterruption: StoreFailing {
  init(_ error: StoreError) { self = .store(error) }
}
