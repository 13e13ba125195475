internal import Wire

/// How a dialect is asked for vectors.
struct EmbeddingForm: Sendable {
  /// The path behind the address, for a model.
  let path: @Sendable (_ model: String) -> String
  /// The body that asks for one vector a text.
  let body: @Sendable (_ texts: [String], EmbeddingPurpose, _ model: String) -> WireValue
  /// The vectors of an answer in the order of its texts, each an array of numbers; nil where it is
  /// not what is documented.
  let vectors: @Sendable (WireValue) -> [[WireValue]]?

  /// Embeddings, as OpenAI documents them and others serve them.
  static let openAI = EmbeddingForm(
    path: { _ in "/embeddings" },
    body: { texts, _, model in
      [
        "model": .text(model), "input": .array(texts.map { .text($0) }),
        "encoding_format": "float",
      ]
    },
    vectors: { answer in
      guard let items = answer["data"]?.elements else { return nil }
      var vectors = [[WireValue]?](repeating: nil, count: items.count)
      for (place, item) in items.enumerated() {
        // Whoever leaves the index out means the order.
        let index = item["index"] == nil ? Int64(place) : item["index"]?.integer
        guard let index, items.indices.contains(Int(clamping: index)),
          vectors[Int(clamping: index)] == nil
        else { return nil }
        vectors[Int(clamping: index)] = item["embedding"]?.elements
      }
      let found = vectors.compactMap(\.self)
      return found.count == items.count ? found : nil
    })

  /// Batches of contents, as Google documents them for Gemini.
  static let gemini = EmbeddingForm(
    path: { model in "/v1beta/models/\(model.percentEncoded):batchEmbedContents" },
    body: { texts, purpose, model in
      let task = purpose == .question ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT"
      return [
        "requests": .array(
          texts.map { text in
            [
              "model": .text("models/\(model)"), "content": ["parts": [["text": .text(text)]]],
              "taskType": .text(task),
            ]
          })
      ]
    },
    vectors: { answer in
      guard let items = answer["embeddings"]?.elements else { return nil }
      let found = items.compactMap { $0["values"]?.elements }
      return found.count == items.count ? found : nil
    })
}

/// What a vector is wanted for: some models tell questions from what is to be found.
package enum EmbeddingPurpose: Hashable, Sendable {
  case memory
  case question
}
