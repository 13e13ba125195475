/// What went wrong between this server and a server of tools.
package enum MCPFailure: Error, Hashable, Sendable {
  /// What came is no message of the protocol; the text says why.
  case malformed(String)
  /// A message, or what stands for it, is longer than anybody needs.
  case tooLong(bytesMax: Int)
  /// The server speaks a revision that nobody here does.
  case revision(String)
  /// The server answered with an error of JSON-RPC.
  case refused(code: Int64, message: String)
  /// There is no server, or it is gone.
  case unavailable(String)
  /// The server does not know this one's session any more.
  case sessionGone
  /// No answer came in time.
  case timedOut
  /// Nobody wants the answer any more.
  case cancelled
  /// More is asked at once than a server is bothered with.
  case tooBusy
}

extension MCPFailure {
  /// Whether it concerns one request only, and what is connected stays so.
  package var isOfOneRequest: Bool {
    switch self {
    case .refused, .timedOut, .cancelled, .tooBusy: true
    case .malformed, .tooLong, .revision, .unavailable, .sessionGone: false
    }
  }

  /// Stable text for programs.
  package var code: String {
    switch self {
    case .malformed, .tooLong: "server_broken"
    case .revision: "revision_unknown"
    case .refused: "server_refused"
    case .unavailable, .sessionGone: "unavailable"
    case .timedOut: "timed_out"
    case .cancelled: "cancelled"
    case .tooBusy: "too_busy"
    }
  }

  /// One sentence for people; what the server said in it is of bounded length.
  package var message: String {
    let sentence =
      switch self {
      case .malformed(let reason): "the server says what is no message: \(reason)"
      case .tooLong(let most): "the server says more than \(most) bytes at once"
      case .revision(let revision): "the server speaks revision \(revision) of the protocol"
      case .refused(let code, let message): "the server refuses: \(message) (\(code))"
      case .unavailable(let reason): "the server is not there: \(reason)"
      case .sessionGone: "the server has ended the session"
      case .timedOut: "the server did not answer in time"
      case .cancelled: "the call was given up"
      case .tooBusy: "too many calls of the server wait already"
      }
    return Excerpt.clipped(sentence, scalarsMax: MCPLimits.sentenceMax)
  }
}
