package import Wire

/// A URL of http or https, with a host, in visible ASCII.
package struct WebAddress: PatternedText {
  package static let form = TextSchema(
    minimum: 9, maximum: 2048, pattern: "^https?://[A-Za-z0-9\\[][\\x21-\\x7e]*$")
  package let text: String

  package init?(checking text: String) {
    guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
      let prefix = ["https://", "http://"].first(where: text.hasPrefix),
      let first = text.utf8.dropFirst(prefix.utf8.count).first, Self.beginsHost(first)
    else { return nil }
    self.text = text
  }

  /// The scheme and the authority, in lower case.
  package var origin: String {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let authority = parts[2].prefix { !["/", "?", "#"].contains($0) }
    return "\(parts[0])//\(authority)".lowercased()
  }

  private static func beginsHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "["):
      true
    default: false
    }
  }
}
