import TLS
import Testing

/// A text and the host that it names.
struct HostRow: CustomTestStringConvertible, Sendable {
  let text: String
  let host: HostName?
  var testDescription: String { text }

  init(_ text: String, _ host: HostName?) {
    self.text = text
    self.host = host
  }
}

@Suite("a host's name")
struct HostNameTests {
  private static let label63 = String(repeating: "a", count: 63)
  private static let name253 = [label63, label63, label63, String(repeating: "b", count: 61)]
    .joined(separator: ".")

  // swift-format-ignore
  static let rows = [
    HostRow("localhost",            .name("localhost")),
    HostRow("LocalHost",            .name("localhost")),
    HostRow("my_box-2.example",     .name("my_box-2.example")),
    HostRow("*.localhost",          .name("*.localhost")),
    HostRow("127.0.0.1",            .address([127, 0, 0, 1])),
    HostRow("::1",                  .address([UInt8](repeating: 0, count: 15) + [1])),
    HostRow("2001:DB8::A",          .address([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [10])),
    HostRow(label63,                .name(label63)),
    HostRow(name253,                .name(name253)),
    HostRow("",                     nil),
    HostRow(".",                    nil),
    HostRow("a..b",                 nil),
    HostRow("a.",                   nil),
    HostRow(".a",                   nil),
    HostRow("*",                    nil),
    HostRow("a.*.b",                nil),
    HostRow("x*.localhost",         nil),
    HostRow("-a",                   nil),
    HostRow("a-",                   nil),
    HostRow("a b",                  nil),
    HostRow("a,DNS:evil.example",   nil),
    HostRow("a\nb",                 nil),
    HostRow("a\0.b",                nil),
    HostRow("bücher.example",       nil),
    HostRow("256.0.0.1",            nil),
    HostRow("1.2.3",                nil),
    HostRow("12345",                nil),
    HostRow("[::1]",                nil),
    HostRow(":::",                  nil),
    HostRow(label63 + "a",          nil),
    HostRow(name253 + "b",          nil),
  ]

  @Test("is an address or a DNS name, and nothing else", arguments: rows)
  func parses(_ row: HostRow) {
    #expect(HostName(row.text) == row.host)
  }

  @Test("comes back from its text", arguments: rows.compactMap(\.host))
  func comesBack(_ host: HostName) {
    #expect(HostName(host.description) == host)
  }
}
