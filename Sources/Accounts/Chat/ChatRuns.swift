package import Contract
package import Store

/// What chats ask of runs; whoever composes the server binds them.
package protocol ChatRuns: Sendable {
  /// Starts a turn's run, in the transaction in which `also` is done; the run's name and its
  /// session, which are earlier ones where a call with the same claim started it before.
  nonisolated(nonsending) func begin(
    _ turn: ChatTurn, _ claim: IdempotencyClaim?,
    also: @escaping @Sendable (_ run: String, borrowing Transaction) throws(Fault) -> Void
  ) async throws(Fault) -> (run: String, session: String, isReplayed: Bool)

  /// The events of a run and the stream that they are in.
  func events(of run: String) -> (stream: String, source: any FeedSource)

  /// Rings when the stream has grown; followed by `leave`.
  func join(_ stream: String) -> WorkSignal

  /// Says that one fewer waits for a stream.
  func leave(_ stream: String)

  /// Ends a run early, if it goes on.
  nonisolated(nonsending) func stop(_ run: String, of turn: ChatTurn) async throws(Fault)
}

/// A message of a chat on its way to an agent.
package struct ChatTurn: Sendable {
  /// Whose chat it is, in the tenant that is theirs.
  package let scope: Scope
  /// The session of runs in which the chat's turns follow one another.
  package let sessionKey: String
  package let message: String
  /// How long the turn may take.
  package let milliseconds: Int
}
