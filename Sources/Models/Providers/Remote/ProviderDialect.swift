internal import Wire

/// The interfaces that remote models are spoken to in; each has one row of facts.
package enum ProviderDialect: String, CaseIterable, Hashable, Sendable {
  /// Chat completions, which Ollama, vLLM, llama.cpp and many others serve as well.
  case openai
  case anthropic
  case gemini
}

extension ProviderDialect {
  /// All that differs between two dialects.
  struct Row: Sendable {
    /// Where the dialect's own provider is.
    let standardAddress: ProviderAddress
    /// The path and query behind the address, for a model.
    let path: @Sendable (_ model: String) -> String
    /// The header that carries the key, and what stands before the key in it.
    let key: (header: String, prefix: String)
    /// The headers that every request has besides.
    let headers: [ProviderHeader]
    /// The body that asks for the next turn.
    let body: @Sendable (Conversation, ProviderEndpoint) -> WireValue
    /// How it is asked for vectors; nil where it has none.
    let embeddings: EmbeddingForm?
    /// What one event says.
    let deltas: @Sendable (WireValue) -> [TurnDelta]
    /// The data of the event after the last one, where that is no JSON.
    let endMark: String?
    /// What the provider's reasons to end mean; one that is not here is a whole answer.
    let endings: [String: TurnEnding]
    /// What the provider's names of errors mean, where a status does not say it.
    let faults: [String: ProviderFault]
  }

  /// The only place where a dialect meets its facts.
  var row: Row {
    switch self {
    case .openai: OpenAIDialect.row
    case .anthropic: AnthropicDialect.row
    case .gemini: GeminiDialect.row
    }
  }

  /// The address of the dialect's own provider.
  package var standardAddress: ProviderAddress { row.standardAddress }

  /// Whether texts can be turned into vectors.
  package var hasEmbeddings: Bool { row.embeddings != nil }
}
