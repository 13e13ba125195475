/// Where a model's tokens go, one by one: the text, and its position in this completion from 0 on.
///
/// Throwing ends the completion with that error: this is how a caller cancels or times out.
package typealias TokenSink =
  nonisolated(nonsending) (_ token: String, _ index: Int) async throws(ModelError) -> Void

/// A language model: it reads a conversation and either answers or asks for tools.
///
/// A model holds no state between calls: all that happened so far is in the conversation. It runs
/// on its caller's executor.
package protocol Model: Sendable {
  /// The provider and the model, such as `builtin/extractive-1`; what `llm.called` reports.
  var name: String { get }

  /// The tokens that a conversation and its answer may have together; nil for any number.
  var contextTokens: Int? { get }

  /// What its tokens cost; nil where nobody has said.
  var prices: TokenPrices? { get }

  /// The next turn of the conversation; an answer has gone through `emit` before it is returned.
  nonisolated(nonsending) func complete(
    _ conversation: Conversation, emit: TokenSink
  ) async throws(ModelError) -> Completion
}

extension Model {
  /// A model of the server's own reads everything.
  package var contextTokens: Int? { nil }

  /// A model of the server's own costs nothing.
  package var prices: TokenPrices? { nil }
}
