import Contract
import Testing
import Wire

@testable import Routing

struct MarkdownInputTests {
  private static let markdown = [("content-type", "text/markdown")]

  // swift-format-ignore
  static let read: [(query: String, body: String, text: WireValue, tags: [String])] = [
    ("",                       "# Hi",     "# Hi",     []),
    ("?tags=a&tags=b",         "x",        "x",        ["a", "b"]),
    ("?",                      "{\"a\":1}", "{\"a\":1}", []),
    ("",                       "水\u{0}\n",  "水\u{0}\n", []),
    ("",                       "12345678", "12345678", []),
  ]

  @Test("a body of Markdown is one field as it stands, the query is the others", arguments: read)
  func reads(_ row: (query: String, body: String, text: WireValue, tags: [String])) async throws {
    let response = try await TestClient().ask(
      "POST", "/api/coach/notes/n1\(row.query)", Self.markdown, body: Array(row.body.utf8))
    #expect(response.status == 200)
    #expect(response["content-type"] == "application/json")
    #expect(response.value?["order"]?["id"] == "n1")
    #expect(response.value?["order"]?["text"] == row.text)
    #expect(response.value?["order"]?["tags"] == .array(row.tags.map(WireValue.text)))
  }

  // swift-format-ignore
  static let refused: [(target: String, body: [UInt8], kind: WireValue, path: WireValue, offset: WireValue?)] = [
    ("/api/coach/notes/n",        [],                         "too-short",     "text",  nil),
    ("/api/coach/notes/n",        Array("123456789".utf8),    "too-long",      "text",  nil),
    ("/api/coach/notes/n",        [0x61, 0xff],               "invalid-utf8",  "text",  1),
    ("/api/coach/notes/n",        [0x61, 0x62, 0xe6, 0xb0],   "invalid-utf8",  "text",  2),
    ("/api/coach/notes/n",        [0xed, 0xa0, 0x80],         "invalid-utf8",  "text",  0),
    ("/api/coach/notes/n?text=y", [0x61],                     "duplicate-key", "text",  nil),
    ("/api/coach/notes/n?id=m",   [0x61],                     "duplicate-key", "id",    nil),
    ("/api/coach/notes/n?txt=y",  [0x61],                     "unknown-field", "txt",   nil),
    ("/api/coach/notes/n?count=", [0x61],                     "wrong-type",    "count", nil),
  ]

  @Test("Markdown that cannot be the field is refused with the place", arguments: refused)
  func refuses(
    _ row: (
      target: String, body: [UInt8], kind: WireValue, path: WireValue, offset: WireValue?
    )
  ) async throws {
    let client = try TestClient()
    let response = await client.ask("POST", row.target, Self.markdown, body: row.body)
    #expect(response.status == 400)
    let details = response.value?["error"]?["details"]
    #expect(details?["kind"] == row.kind && details?["path"] == row.path)
    #expect(details?["offset"] == row.offset)
    #expect(client.clerk.ran.isEmpty)
  }

  @Test("Markdown is not read elsewhere, and a field for it is read as JSON and CBOR too")
  func onlyWhereItIsSaid() async throws {
    let client = try TestClient()
    let other = await client.ask("POST", "/api/coach/ask", Self.markdown, body: [0x61])
    #expect(other.status == 415)
    #expect(
      other.value?["error"]?["details"]?["readable"] == ["application/json", "application/cbor"])
    let image = await client.ask(
      "POST", "/api/coach/notes/n", [("content-type", "image/png")], body: [0x61])
    #expect(image.status == 415)
    #expect(
      image.value?["error"]?["details"]?["readable"]
        == ["application/json", "application/cbor", "text/markdown"])
    #expect(client.clerk.ran.isEmpty)
    let json = await client.ask("POST", "/api/coach/notes/n", json: #"{"text":"x"}"#)
    #expect(json.value?["order"]?["text"] == "x")
    let query = await client.ask("POST", "/api/coach/notes/n?tags=a", json: #"{"text":"x"}"#)
    #expect(query.status == 400)
    // RFC 9110 §9.3.1: what stands beside a GET without content describes nothing.
    #expect(await client.ask("GET", "/health", Self.markdown).status == 200)
  }

  @Test("a key stands for the bytes, their type and the query")
  func isFingerprinted() async throws {
    let key = ("idempotency-key", "k")
    let client = try TestClient()
    var prints: Set<WireValue> = []
    for (query, type, body) in [
      ("", "text/markdown", "{}"), ("", "application/json", "{}"),
      ("?tags=a", "text/markdown", "{}"), ("", "text/markdown", "{ }"),
    ] {
      let response = await client.ask(
        "POST", "/api/coach/notes/n\(query)", [("content-type", type), key],
        body: Array(body.utf8))
      #expect(response.status == 200)
      if let print = response.value?["fingerprint"] { prints.insert(print) }
    }
    #expect(prints.count == 4)
  }
}
