package import Wire

/// Six digits that prove who reads the mail of an address.
package struct VerificationCode: PatternedText {
  package static let form = TextSchema(minimum: 6, maximum: 6, pattern: "^[0-9]{6}$")
  package let text: String

  package init?(checking text: String) {
    guard text.utf8.count == 6,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    self.text = text
  }
}
