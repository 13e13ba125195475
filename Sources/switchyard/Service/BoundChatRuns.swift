import Accounts
import Contract
import Events
import Runs
import Store

/// The runs of chats: the runner's.
struct BoundChatRuns: ChatRuns {
  let runner: Runner
  let signals: StreamSignals

  /// The agent that answers in chats (the catalogue, §3.3).
  private static let agent = "chat"

  /// Tells the account when a turn is over.
  static func ended(_ log: EventLog) -> RunnerSetup.Ended {
    { (run, now, transaction) throws(StoreError) in
      guard run.agent == agent else { return }
      try ChatDesk.noteEnd(
        of: run.id, in: run.session, run.scope, status: run.status, at: now, log: log, transaction)
    }
  }

  nonisolated(nonsending) func begin(
    _ turn: ChatTurn, _ claim: IdempotencyClaim?,
    also: @escaping @Sendable (_ run: String, borrowing Transaction) throws(Fault) -> Void
  ) async throws(Fault) -> (run: String, session: String, isReplayed: Bool) {
    try await runner.begin(
      RunTurn(
        scope: turn.scope, session: turn.sessionKey, agent: Self.agent, input: turn.message,
        timeoutMilliseconds: turn.milliseconds), claim, also: also)
  }

  func events(of run: String) -> (stream: String, source: any FeedSource) {
    runner.events(ofRun: run)
  }

  func join(_ stream: String) -> WorkSignal { signals.join(stream) }

  func leave(_ stream: String) { signals.leave(stream) }

  nonisolated(nonsending) func stop(_ run: String, of turn: ChatTurn) async throws(Fault) {
    do throws(Fault) {
      try await runner.stop(run, in: turn.scope, because: "the turn took too long")
    } catch {
      // A run that has ended meanwhile needs no end.
      guard error.code == .conflict else { throw error }
    }
  }
}
