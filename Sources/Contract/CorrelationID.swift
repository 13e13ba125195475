/// The name under which a request is found in logs: the client's own, or one of ours (the
/// catalogue, §0.2).
package enum CorrelationID: Hashable, Sendable {
  /// What the client sent.
  case given(String)
  /// What was made for a client that sent none.
  case made(UUIDv7)

  /// The id as logs and answers show it.
  package var text: String {
    switch self {
    case .given(let text): text
    case .made(let uuid): uuid.text
    }
  }
}
