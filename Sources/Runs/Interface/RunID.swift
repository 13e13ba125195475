package import Wire

/// The name of a run: `run_` and letters or digits.
package struct RunID: PatternedText {
  package static let form = TextSchema(maximum: 68, pattern: "^run_[A-Za-z0-9]{1,64}$")
  package let text: String

  package init?(checking text: String) {
    guard Self.follows(text, prefix: "run_", lengths: 1...64, underscore: false) else { return nil }
    self.text = text
  }

  /// A name that the server made or has stored.
  init(trusted text: String) { self.text = text }
}
