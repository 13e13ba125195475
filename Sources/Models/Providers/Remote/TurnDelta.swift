/// One step of a turn, in no provider's words.
enum TurnDelta: Hashable {
  /// The next piece of what the model says.
  case text(String)
  /// A tool call, or the next piece of one.
  case call(TurnCallPiece)
  /// The tokens read so far, all together.
  case promptTokens(Int64)
  /// The tokens written so far, all together.
  case completionTokens(Int64)
  /// The model stopped, for this reason of the provider's.
  case ending(String)
  /// The provider did not let the model answer, for this reason of its own.
  case withheld(String)
  /// Nothing follows.
  case over
}

/// A piece of a tool call; what was said before need not be said again.
struct TurnCallPiece: Hashable {
  /// Which call of the turn it belongs to; nil when the provider does not number them.
  let index: Int64?
  /// The provider's name of the call.
  let id: String?
  /// The tool's name.
  let name: String?
  /// The next piece of the arguments' JSON.
  let arguments: String
}

/// What a provider's reason to end means.
enum TurnEnding: Hashable {
  case whole
  /// The limit on the answer's length was reached.
  case cut
  /// The answer is of no use.
  case faulty(ProviderFault)
}
