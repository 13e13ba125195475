internal import Models

/// A question as a model of meanings understands it.
struct MemoryQuestion: Sendable {
  /// Only vectors of the same model can be compared with it.
  let model: String
  let vector: EmbeddingVector
}
