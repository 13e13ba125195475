package import Wire

/// A name that people call a user by: letters, digits, underscores.
package struct Username: PatternedText {
  package static let form = TextSchema(
    minimum: 3, maximum: 30, pattern: "^[A-Za-z0-9_]{3,30}$")
  package let text: String

  package init?(checking text: String) {
    guard (3...30).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
      return nil
    }
    self.text = text
  }

  /// The spelling under which a name is the same as others.
  package var folded: String { text.lowercased() }

  /// Whether the name would let somebody speak for the server (the catalogue, §3.1).
  package var isReserved: Bool { ["admin", "root", "support", "system"].contains(folded) }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
