import TLS
import Testing

/// First bytes and what they are.
struct FirstBytesRow: CustomTestStringConvertible, Sendable {
  let bytes: [UInt8]
  let verdict: FirstBytes
  var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }

  init(_ text: String, _ verdict: FirstBytes) {
    bytes = Array(text.utf8)
    self.verdict = verdict
  }

  init(_ bytes: [UInt8], _ verdict: FirstBytes) {
    self.bytes = bytes
    self.verdict = verdict
  }
}

@Suite("the first bytes of a connection")
struct FirstBytesTests {
  // swift-format-ignore
  static let rows = [
    FirstBytesRow([],                                      .incomplete),
    FirstBytesRow([0x16],                                  .incomplete),
    FirstBytesRow([0x16, 3],                               .incomplete),
    FirstBytesRow([0x16, 3, 1],                            .tls),
    FirstBytesRow([0x16, 3, 3, 2, 0, 1, 0, 1, 0xfc],       .tls),
    FirstBytesRow([0x16, 3, 4],                            .tls),
    FirstBytesRow([0x16, 3, 5],                            .unrecognised),
    FirstBytesRow([0x16, 2],                               .unrecognised),
    FirstBytesRow([0x16, 2, 0],                            .unrecognised),
    FirstBytesRow([0x15, 3, 1],                            .unrecognised),
    FirstBytesRow([0x80, 0x2e, 1, 3, 1],                   .unrecognised),
    FirstBytesRow([0],                                     .unrecognised),
    FirstBytesRow([0xff, 0xfe],                            .unrecognised),
    FirstBytesRow("G",                                     .incomplete),
    FirstBytesRow("GET",                                   .incomplete),
    FirstBytesRow("GET ",                                  .incomplete),
    FirstBytesRow("GET /",                                 .plainHTTP1),
    FirstBytesRow("GET / HTTP/1.1\r\nHost: a\r\n\r\n",     .plainHTTP1),
    FirstBytesRow("OPTIONS *",                             .plainHTTP1),
    FirstBytesRow("CONNECT host:443",                      .plainHTTP1),
    FirstBytesRow("M-SEARCH *",                            .plainHTTP1),
    FirstBytesRow("UPDATEREDIRECTREF /",                   .plainHTTP1),
    FirstBytesRow("ABCDEFGHIJKLMNOPQRST /",                .plainHTTP1),
    FirstBytesRow("ABCDEFGHIJKLMNOPQRST",                  .incomplete),
    FirstBytesRow("ABCDEFGHIJKLMNOPQRSTU",                 .unrecognised),
    FirstBytesRow("ABCDEFGHIJKLMNOPQRSTU /",               .unrecognised),
    FirstBytesRow("GET  /",                                .unrecognised),
    FirstBytesRow("GET\t/",                                .unrecognised),
    FirstBytesRow("GET\r\n",                               .unrecognised),
    FirstBytesRow(" GET /",                                .unrecognised),
    FirstBytesRow("\r\nGET /",                             .unrecognised),
    FirstBytesRow("get /",                                 .unrecognised),
    FirstBytesRow("SSH-2.0-OpenSSH_9.2\r\n",               .unrecognised),
    FirstBytesRow("{\"a\":1}",                             .unrecognised),
    FirstBytesRow("P",                                     .incomplete),
    FirstBytesRow("PRI ",                                  .incomplete),
    FirstBytesRow("PRI /",                                 .plainHTTP1),
    FirstBytesRow("PRI * HTTP/2.0\r\n\r\nSM\r\n\r",        .incomplete),
    FirstBytesRow("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",      .plainHTTP2),
    FirstBytesRow("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0",  .plainHTTP2),
    FirstBytesRow("PRI * HTTP/1.1\r\n",                    .plainHTTP1),
    FirstBytesRow("POST /",                                .plainHTTP1),
  ]

  @Test("are recognised", arguments: rows)
  func areRecognised(_ row: FirstBytesRow) {
    #expect(FirstBytes(row.bytes.span) == row.verdict)
  }

  @Test("never change a verdict when more come", arguments: rows)
  func keepTheirVerdict(_ row: FirstBytesRow) {
    guard row.verdict != .incomplete else { return }
    for more in [[0], pattern(40), Array("\r\n\r\n".utf8)] as [[UInt8]] {
      #expect(FirstBytes((row.bytes + more).span) == row.verdict)
    }
  }

  @Test("decide when there are enough of them", arguments: UInt8.min...UInt8.max)
  func decide(_ first: UInt8) {
    for rest in [pattern(23), [UInt8](repeating: first, count: 23)] {
      #expect(FirstBytes(([first] + rest).span) != .incomplete)
    }
  }
}
