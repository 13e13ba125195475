/// Why a connection ends.
///
/// What dies is always the whole connection: a fault of one stream is its `closed` event.
package enum HTTP2Error: Error, Hashable, Sendable {
  /// Who is to blame.
  package enum Side: Hashable, Sendable {
    /// The other end of the connection.
    case peer
    /// This process or the library below it.
    case local
  }

  /// The first bytes are not the client's preface (RFC 9113 §3.4).
  case badPreface
  /// A HEADERS frame for a stream below the newest one that was never opened (RFC 9113 §5.1.1).
  case skippedStream(UInt32)
  /// More frames of a kind than the budget allows.
  case overBudget(FrameKind)
  /// Too many acknowledgements wait to be sent to a peer that does not read.
  case unreadAcknowledgements
  /// A head in more CONTINUATION frames than anybody needs.
  case tooManyContinuations
  /// Another violation, found by the frame engine, which has queued GOAWAY with this code.
  case violation(HTTP2Code)
  /// The frame engine failed with this number of nghttp2's own (`NGHTTP2_ERR_*`).
  case engine(Int32)
  /// No memory for the connection.
  case outOfMemory
  /// The limits cannot be used, for these reasons.
  case limits([String])

  /// The code that GOAWAY carries for it.
  package var code: HTTP2Code {
    switch self {
    case .badPreface, .skippedStream: .protocolError
    case .overBudget, .unreadAcknowledgements, .tooManyContinuations: .enhanceYourCalm
    case .violation(let code): code
    case .engine, .outOfMemory, .limits: .internalError
    }
  }

  /// Whose fault it is.
  package var blame: Side {
    switch self {
    case .badPreface, .skippedStream, .overBudget, .unreadAcknowledgements, .tooManyContinuations,
      .violation:
      .peer
    case .engine, .outOfMemory, .limits: .local
    }
  }
}
