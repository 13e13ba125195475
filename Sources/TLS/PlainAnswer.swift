/// The two answers in HTTP/1.1 that a server of HTTP/2 gives, to tell people what to do instead.
package enum PlainAnswer {
  /// The answer to plain text on the TLS port, which names the URL to use.
  package static func badRequest(url: String) -> [UInt8] {
    message(
      status: "400 Bad Request",
      text: "This port speaks TLS only. Use \(url) instead.\n")
  }

  /// The answer, inside TLS, to a client that did not choose HTTP/2.
  package static let versionNotSupported = message(
    status: "505 HTTP Version Not Supported",
    text: "This server speaks HTTP/2 only. Offer \"h2\" by ALPN, as curl --http2 does.\n")

  private static func message(status: String, text: String) -> [UInt8] {
    let head = [
      "HTTP/1.1 \(status)", "content-type: text/plain; charset=utf-8",
      "content-length: \(text.utf8.count)", "connection: close", "", "",
    ]
    return Array((head.joined(separator: "\r\n") + text).utf8)
  }
}
