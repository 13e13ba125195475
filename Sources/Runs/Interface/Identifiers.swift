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

/// The session that runs belong to, in which they follow one another: `s_` and letters, digits, underscores.
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

extension PatternedText {
  fileprivate static func follows(
    _ text: String, prefix: String, lengths: ClosedRange<Int>, underscore: Bool
  ) -> Bool {
    guard text.hasPrefix(prefix) else { return false }
    let rest = text.utf8.dropFirst(prefix.utf8.count)
    return lengths.contains(rest.count)
      && rest.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case 0x5f: underscore
        default: false
        }
      }
  }
}
