/// Tokens read and written in one turn.
package struct Usage: Hashable, Sendable {
  /// Tokens the model read.
  package let promptTokens: Int
  /// Tokens the model wrote.
  package let completionTokens: Int
  /// Both together.
  package var totalTokens: Int { promptTokens + completionTokens }

  package init(promptTokens: Int, completionTokens: Int) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
  }
}
