import TLS
import Testing

@Suite("an answer in HTTP/1.1")
struct PlainAnswerTests {
  @Test("to plain text names the URL")
  func namesTheURL() {
    let answer = PlainAnswer.badRequest(url: "https://localhost:8443/")
    let text = String(decoding: answer, as: UTF8.self)
    #expect(
      text == """
        HTTP/1.1 400 Bad Request\r
        content-type: text/plain; charset=utf-8\r
        content-length: 64\r
        connection: close\r
        \r
        This port speaks TLS only. Use https://localhost:8443/ instead.

        """)
  }

  @Test("to a client without h2 names h2, and counts its bytes")
  func namesHTTP2() throws {
    let text = String(decoding: PlainAnswer.versionNotSupported, as: UTF8.self)
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
    let body = try #require(parts.last)
    #expect(parts.count == 2)
    #expect(text.hasPrefix("HTTP/1.1 505 HTTP Version Not Supported\r\n"))
    #expect(parts[0].contains("\r\ncontent-length: \(body.utf8.count)\r\n"))
    #expect(body.contains("h2"))
  }
}
