/// The model that needs no key: it calculates, tells the time and the session's earlier runs by
/// calling tools, and answers everything else with the input's own sentences.
///
/// The same conversation always gives the same turn.
package struct BuiltinModel: Model {
  /// The provider's name, and the names its one model answers to.
  static let provider = "builtin", fullName = "builtin/extractive-1"
  static let modelNames: Set<String> = ["extractive-1", fullName]

  package init() {}

  package var name: String { Self.fullName }

  package nonisolated(nonsending) func complete(
    _ conversation: Conversation, emit: TokenSink
  ) async throws(ModelError) -> Completion {
    let plan = BuiltinPlan(conversation)
    let promptTokens = conversation.promptTokens
    if let call = plan.nextCall {
      let usage = Usage(promptTokens: promptTokens, completionTokens: call.tokens)
      return Completion(.toolCalls([call]), isCut: false, usage: usage)
    }
    let text = BuiltinAnswer(to: conversation, plan).text
    let tokensMax = conversation.parameters.maxTokens ?? .max
    var tokens = Tokenizer(text)
    var count = 0
    var said = ""
    while count < tokensMax, let token = tokens.next() {
      try await emit(String(token), count)
      said += token
      count += 1
    }
    let usage = Usage(promptTokens: promptTokens, completionTokens: count)
    return Completion(.answer(said), isCut: said.utf8.count < text.utf8.count, usage: usage)
  }
}
