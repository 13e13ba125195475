package import Models

/// What a server of tools has come to, for whoever keeps it.
package enum ToolServerNews: Sendable {
  /// It answers, in that revision of the protocol.
  case ready(revision: String)
  /// Its list of tools, which may be the one that is known.
  case listed([MCPTool])
  /// It does not answer, and is begun anew after the delay.
  case failed(MCPFailure, again: Duration)
}

/// The limits of servers of tools.
package struct ToolServerLimits: Sendable {
  /// How long a call may take.
  package var callMax: Duration = .seconds(60)
  /// How long a server may take to begin, and to give its list; looked at ten times in that time.
  package var answerMax: Duration = .seconds(30)
  /// How long the begin of a run waits for lists, and a step for one that is changing.
  package var freshMax: Duration = .seconds(5)
  package var changeMax: Duration = .seconds(2)
  /// How long is waited before a server is begun anew, at first and at most.
  package var againFirst: Duration = .seconds(1)
  package var againMax: Duration = .seconds(60)
  /// How long a server must have stood for its next failure to count as the first.
  package var standingMin: Duration = .seconds(10)
  /// How often it is looked whether there are others.
  package var lookEvery: Duration = .seconds(5)
  /// How long the end of a server is waited for.
  package var closeMax: Duration = .seconds(4)
  /// Messages that may wait to be sent to a server.
  package var outgoingMax = 256

  package init() {}
}
