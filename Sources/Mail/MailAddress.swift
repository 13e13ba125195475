/// One mailbox in plain ASCII, such as `ada@example.org`: no name, no comment, no quotes.
///
/// What else RFC 5321 allows (quoted local parts, address literals, UTF-8) is refused, so that no
/// address can end a header or a command, or mean two things to two servers.
struct MailAddress {
  /// RFC 5321 §4.5.3.1.
  private static let localPartMax = 64
  private static let lengthMax = 320

  let text: String
  /// What is behind the `@`.
  let domain: String

  init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= Self.lengthMax else { return nil }
    let isLocalPart = (1...Self.localPartMax).contains(parts[0].count)
    guard isLocalPart, parts[0].allSatisfy(Self.isAtom) else { return nil }
    let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isLabel) }) else { return nil }
    self.text = text
    domain = String(decoding: parts[1], as: UTF8.self)
  }

  /// RFC 5322 §3.2.3 and the dot: some providers gave out addresses with two dots in a row.
  private static func isAtom(_ byte: UInt8) -> Bool {
    isLabel(byte) || "!#$%&'*+/=?^_`{|}~.".utf8.contains(byte)
  }

  private static func isLabel(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
