package import Wire

/// An address of e-mail as HTML takes it (WHATWG HTML §4.10.5.1.5): ASCII, without comments and
/// quotes; space around it is taken away.
package struct EmailAddress: PatternedText {
  package static let form = TextSchema(
    minimum: 3, maximum: 320,
    pattern:
      "^[ \\t\\r\\n]*[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@\(label)(\\.\(label))*[ \\t\\r\\n]*$")
  private static let label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

  /// As it was spelt, without the space around it.
  package let text: String

  package init?(checking text: String) {
    guard text.utf8.count <= 320 else { return nil }
    let bytes = Self.trimmed(Array(text.utf8)[...])
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    let (local, domain) = (bytes[..<at], bytes[bytes.index(after: at)...])
    guard (1...64).contains(local.count), local.allSatisfy(Self.isLocal), domain.count <= 255,
      domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .allSatisfy(Self.isLabel)
    else { return nil }
    self.text = String(decoding: bytes, as: UTF8.self)
  }

  /// The spelling under which an address is the same as others.
  package var folded: String { text.lowercased() }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in [0x20, 0x09, 0x0d, 0x0a].contains(byte) }
    let rest = bytes.drop(while: isSpace)
    return rest.prefix(
      (rest.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? rest.startIndex)
        - rest.startIndex)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func isLocal(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains(byte)
  }

  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }
}
