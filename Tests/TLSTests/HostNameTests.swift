import TLS
import Testing

/// A text and how the host that it names is written.
struct HostRow: CustomTestStringConvertible, Sendable {
  let text: String
  let host: String?
  var testDescription: String { text }

  init(_ text: String, _ host: String?) {
    self.text = text
    self.host = host
  }
}

@Suite("a host's name")
struct HostNameTests {
  private static let label63 = String(repeating: "a", count: 63)
  private static let name253 = [label63, label63, label63, String(repeating: "b", count: 61)]
    .joined(separator: ".")

  // The text of the host that it must be.
  // swift-format-ignore
  static let rows = [
    HostRow("localhost",            "localhost"),
    HostRow("LocalHost",            "localhost"),
    HostRow("my_box-2.example",     "my_box-2.example"),
    HostRow("*.localhost",          "*.localhost"),
    HostRow("127.0.0.1",            "127.0.0.1"),
    HostRow("::1",                  "0:0:0:0:0:0:0:1"),
    HostRow("2001:DB8::A",          "2001:db8:0:0:0:0:0:a"),
    HostRow("::ffff:1.2.3.4",       "0:0:0:0:0:ffff:102:304"),
    HostRow(label63,                label63),
    HostRow(name253,                name253),
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
    HostRow("127.0.0.1,IP:1.1.1.1", nil),
    HostRow("a\nb",                 nil),
    HostRow("a\0.b",                nil),
    HostRow("1.2.3.4\0.b",          nil),
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
    #expect(HostName(row.text)?.description == row.host)
  }

  @Test("comes back from its text", arguments: rows.compactMap(\.host))
  func comesBack(_ text: String) {
    #expect(HostName(text)?.description == text)
  }

  @Test("is the same however it is written")
  func isTheSame() {
    #expect(HostName("LOCALHOST") == .localhost)
    #expect(HostName("*.localhost") == .anyLocalhost)
    #expect(HostName("127.0.0.1") == .loopback4)
    #expect(HostName("0::0:1") == .loopback6)
  }
}
