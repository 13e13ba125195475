package import Wire

/// The session that runs belong to, in which they follow one another: `s_` and letters, digits,
/// underscores.
package struct SessionKey: PatternedText {
  package static let form = TextSchema(maximum: 82, pattern: "^s_[A-Za-z0-9_]{1,80}$")
  package let text: String

  package init?(checking text: String) {
    guard Self.follows(text, prefix: "s_", lengths: 1...80, underscore: true) else { return nil }
    self.text = text
  }

  init(trusted text: String) { self.text = text }

  /// The session of a run that names none.
  package static let standard = SessionKey(trusted: "s_default")
}
