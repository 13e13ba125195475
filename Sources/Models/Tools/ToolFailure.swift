/// A tool's "no" in the form that is stored and shown.
package struct ToolFailure: Hashable, Sendable {
  /// Stable text, such as `division_by_zero`.
  package let code: String
  /// One sentence for people, in English.
  package let message: String
  /// Where in the offending argument the trouble is, in UTF-8 bytes from 0.
  package let offset: Int?

  package init(code: String, message: String, offset: Int?) {
    self.code = code
    self.message = message
    self.offset = offset
  }
}
