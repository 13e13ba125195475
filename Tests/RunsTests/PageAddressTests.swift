import Testing

@testable import Runs

/// Addresses of pages, and what looks like one.
struct PageAddressTests {
  /// A text, and the address that it is; nothing else asks for it.
  // swift-format-ignore
  static let addresses: [(String, String)] = [
    ("http://example.com", "http://example.com/"),
    ("HTTPS://Example.COM:443/A?b=C#d", "https://example.com:443/A?b=C"),
    ("http://example.com.", "http://example.com/"),
    ("http://example.com:/x", "http://example.com/x"),
    ("http://example.com?q", "http://example.com/?q"),
    ("http://example.com#http://x@y", "http://example.com/"),
    ("http://example.com/船?é", "http://example.com/%E8%88%B9?%C3%A9"),
    ("http://example.com/@x:y", "http://example.com/@x:y"),
    ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
    ("http://[::ffff:1.2.3.4]", "http://[::ffff:1.2.3.4]/"),
    ("http://2130706433/", "http://2130706433/"), ("http://0x7f.1/", "http://0x7f.1/"),
    ("http://a_b-c.example/", "http://a_b-c.example/"),
    ("http://example.com/" + String(repeating: "a", count: 2_029), "http://example.com/" + String(repeating: "a", count: 2_029)),
  ]

  @Test("an address is written in one way", arguments: addresses)
  func reads(_ text: String, _ address: String) throws {
    #expect(try PageAddress(text).text == address)
    #expect(try PageAddress(address) == PageAddress(text))
  }

  // swift-format-ignore
  static let refused: [(String, PageAddress.Problem)] = [
    ("", .scheme), ("example.com", .scheme), ("//example.com/", .scheme), ("/x", .scheme), (" http://example.com/", .scheme),
    ("ftp://example.com/", .scheme), ("file:///etc/passwd", .scheme), ("gopher://x/", .scheme), ("http:example.com", .scheme),
    ("http:/example.com", .scheme), ("http:\\\\example.com", .scheme), ("javascript:alert(1)", .scheme), ("httpx://x/", .scheme),
    ("http://user@example.com/", .credentials), ("http://user:secret@example.com/", .credentials), ("http://@example.com/", .credentials),
    ("http://example.com@127.0.0.1/", .credentials), ("http://example.com:80@127.0.0.1/", .credentials),
    ("http://127.0.0.1\\@example.com/", .character), ("http://example.com\\x/", .character), ("http://exam ple.com/", .character),
    ("http://exämple.com/", .character), ("http://example。com/", .character), ("http://\u{FF11}27.0.0.1/", .character),
    ("http://exam\tple.com/", .character), ("http://example.com\r\nHost: x/", .character),
    ("http:///x", .host), ("http://", .host), ("http://:80/", .host), ("http://.../", .host), ("http://a..b/", .host), ("http://.a/", .host),
    ("http://%31%32%37.0.0.1/", .host), ("http://a,b/", .host), ("http://[::1/", .host), ("http://[]/", .host), ("http://[fe80::1%25eth0]/", .host),
    ("http://[::1]x/", .host), ("http://[x]/", .host), ("http://" + String(repeating: "a", count: 254) + "/", .host),
    ("http://a:0/", .port), ("http://a:65536/", .port), ("http://a:x/", .port), ("http://a:80:80/", .port), ("http://a:+80/", .port), ("http://a:000080/", .port),
    ("http://a/b c", .character), ("http://a/\u{0}", .character), ("http://a/\n", .character), ("http://a/b\\c", .character), ("http://a/<x>", .character),
    ("http://a/" + String(repeating: "a", count: 2_040), .tooLong),
  ]

  @Test("what two readers could read differently is no address", arguments: refused)
  func refuses(_ text: String, _ problem: PageAddress.Problem) {
    #expect(throws: problem) { try PageAddress(text) }
  }

  /// Where an answer from `http://a:8080/b/c?d` leads.
  // swift-format-ignore
  static let locations: [(String, String)] = [
    ("https://e/f", "https://e/f"), ("//e/f", "http://e/f"), ("/f?g", "http://a:8080/f?g"), ("f", "http://a:8080/b/f"),
    ("./f", "http://a:8080/b/./f"), ("../f", "http://a:8080/b/../f"), ("?g", "http://a:8080/b/c?g"), ("", "http://a:8080/b/c?d"),
    ("#h", "http://a:8080/b/c?d"), ("f#h", "http://a:8080/b/f"), ("/é", "http://a:8080/%C3%A9"), ("/x:y", "http://a:8080/x:y"),
  ]

  @Test("a redirect leads where its location says", arguments: locations)
  func leads(_ location: String, _ address: String) throws {
    #expect(try PageAddress("http://a:8080/b/c?d").leading(to: location).text == address)
  }

  // swift-format-ignore
  static let dead: [(String, PageAddress.Problem)] = [
    ("ftp://e/", .scheme), ("file:///etc/passwd", .scheme), ("f:g", .scheme), ("http://u@e/", .credentials), ("//u@e/", .credentials),
    ("//e\\f/", .character), ("//\u{301}e/f", .character), ("/a b", .character), ("//", .host), ("/" + String(repeating: "a", count: 2_048), .tooLong),
  ]

  @Test("a redirect to what is no address leads nowhere", arguments: dead)
  func leadsNowhere(_ location: String, _ problem: PageAddress.Problem) throws {
    let address = try PageAddress("http://a:8080/b/c?d")
    #expect(throws: problem) { try address.leading(to: location) }
  }

  // swift-format-ignore
  static let types: [(String?, Bool)] = [
    (nil, true), ("text/html", true), ("TEXT/plain; charset=utf-8", true), ("application/json", true), ("application/xml;a=b", true),
    ("application/problem+json", true), ("application/atom+xml", true), ("application/json ; x", true), ("image/png", false),
    ("image/svg+xml", false), ("application/octet-stream", false), ("application/xmlx", false), ("", false), ("text", false), (";text/html", false),
  ]

  @Test("text is what its type says is text", arguments: types)
  func isText(_ type: String?, _ isText: Bool) { #expect(HTTPGetTool.isText(type) == isText) }
}
