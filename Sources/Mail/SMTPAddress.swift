/// Where a mail server listens: `smtp://host:port` or `smtps://host:port`, and nothing else.
///
/// Names and passwords have settings of their own, and a path would be libcurl's `EHLO` name.
struct SMTPAddress: Hashable, Sendable {
  private static let schemes = ["smtp://", "smtps://"]

  let url: String

  init?(_ text: String) {
    guard let scheme = Self.schemes.first(where: text.hasPrefix) else { return nil }
    let rest = text.dropFirst(scheme.count)
    guard let (host, port) = Self.parts(rest), Self.isHost(host) || Self.isLiteral(host) else {
      return nil
    }
    if let port {
      let isNumber = port.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard isNumber, let number = UInt16(port), number > 0 else { return nil }
    }
    url = text
  }

  /// Host and port; colons within brackets are the host's.
  private static func parts(_ text: Substring) -> (host: Substring, port: Substring?)? {
    let end = text.lastIndex(of: "]") ?? text.startIndex
    guard let colon = text[end...].firstIndex(of: ":") else { return (text, nil) }
    return (text[..<colon], text[text.index(after: colon)...])
  }

  private static func isHost(_ text: Substring) -> Bool {
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-".utf8
    return !text.isEmpty && text.utf8.allSatisfy(letters.contains)
  }

  /// Whether the text is an IPv6 address in brackets.
  private static func isLiteral(_ text: Substring) -> Bool {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return false }
    return text.count > 2
      && text.dropFirst().dropLast().utf8.allSatisfy("0123456789abcdefABCDEF:.".utf8.contains)
  }
}
