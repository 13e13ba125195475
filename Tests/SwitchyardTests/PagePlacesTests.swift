import Curl
import Testing

@testable import switchyard

/// What an operator may write of where agents may look.
struct PagePlacesTests {
  // swift-format-ignore
  static let texts: [(String, Bool)] = [
    ("", true), ("localhost", true), ("Wiki.Example", true), ("10.0.0.0/8,wiki.example,fd00::/8", true), ("127.0.0.1", true), ("a-b_c.d1", true),
    ("10.0.0.0/33", false), ("10.0.0.0/8 ", false), ("http://wiki.example", false), ("wiki.example:80", false), ("wiki.example/x", false),
    ("*.example", false), ("a..b", false), (".a", false), ("a.", false), ("2130706433", false), ("0x7f.1", false), ("127.1", false), ("[::1]", false),
  ]

  @Test("names and networks are read, and nothing that could be taken for either", arguments: texts)
  func reads(_ text: String, _ isRead: Bool) { #expect((PagePlaces(text) != nil) == isRead) }

  @Test("a name that is allowed opens that name and no other")
  func opens() throws {
    let places = try #require(PagePlaces("Wiki.example"))
    #expect(places.network(for: "wiki.example") == .open)
    #expect(
      places.network(for: "x.wiki.example") != .open && places.network(for: "example") != .open)
  }
}
