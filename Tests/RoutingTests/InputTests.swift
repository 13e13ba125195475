import Contract
import Testing
import Wire

@testable import Routing

struct InputTests {
  // swift-format-ignore
  static let read: [(path: String, id: String, tags: [String])] = [
    ("/either/here", "here", []),
    ("/api/v1/users/a%20b", "a b", []), ("/api/v1/users/a+b", "a+b", []), ("/api/v1/users/%E2%82%AC", "€", []), ("/api/v1/%75sers/%62", "b", []),
    ("/api/v1/users/x?tags=a&tags=b", "x", ["a", "b"]), ("/api/v1/users/x?tags=a+b&&tags=%2B", "x", ["a b", "+"]),
    ("/api/v1/users/x?", "x", []), ("/api/v1/users/x?tags", "x", [""]), ("/api/v1/users/x?tags==", "x", ["="]), ("/api/v1/users/x?tags=?", "x", ["?"]),
    ("/api/v1/users/x?tags=/..", "x", ["/.."]), ("/api/v1/users/x?tags=%2F%00", "x", ["/\u{0}"]),
  ]

  @Test("path and query reach the method decoded", arguments: read)
  func reads(_ row: (path: String, id: String, tags: [String])) async throws {
    let response = try await TestClient().ask("GET", row.path)
    #expect(response.status == 200)
    guard row.path.hasPrefix("/api") else { return }
    #expect(response.value?["order"]?["id"] == .text(row.id))
    #expect(response.value?["order"]?["tags"] == .array(row.tags.map(WireValue.text)))
  }

  // swift-format-ignore
  static let refused: [(path: String, status: Int, kind: WireValue?)] = [
    ("/health?x=1", 400, "unknown-field"), ("/health?=", 400, "unknown-field"), ("/health?status=%zz", 400, "bad-escape"), ("/health?%=1", 400, "bad-escape"),
    ("/health?a=%F", 400, "bad-escape"), ("/health?a=%ff", 400, "invalid-utf8"), ("/health?a=%C0%AF", 400, "invalid-utf8"),
    ("/health?a=%ED%A0%80", 400, "invalid-utf8"), ("/health%", 400, "bad-escape"), ("/health%2", 400, "bad-escape"), ("/%68ealth%0a", 400, "bad-escape"),
    ("/either/a%2Fb", 400, "bad-escape"), ("/either/a%2fb", 400, "bad-escape"), ("/either/%00", 400, "bad-escape"), ("/either/%7f", 400, "bad-escape"),
    ("/either/%FF", 400, "invalid-utf8"), ("/either/é", 400, "unexpected-byte"), ("/either/a b", 400, "unexpected-byte"), ("/either/a#b", 400, "unexpected-byte"),
    ("/health?a=é", 400, "unexpected-byte"), ("", 400, "unexpected-byte"), ("health", 400, "unexpected-byte"), ("http://x/health", 400, "unexpected-byte"),
    ("/either/%2e%2e", 404, nil), ("/either/%2E", 404, nil), ("/either/..%2fhealth", 400, "bad-escape"), ("/either/", 404, nil),
  ]

  @Test("a path or query that cannot be read is refused", arguments: refused)
  func refuses(_ row: (path: String, status: Int, kind: WireValue?)) async throws {
    let client = try TestClient()
    let response = await client.ask("GET", row.path)
    #expect(response.status == row.status)
    #expect(response.value?["error"]?["details"]?["kind"] == row.kind)
    #expect(client.clerk.ran.isEmpty)
  }

  @Test("the length of a path and the parameters of a query are limited")
  func isLimited() async throws {
    var limits = InterfaceLimits()
    limits.targetBytesMax = 64
    limits.queryParametersMax = 3
    let client = try TestClient(limits: limits)
    let path = { (count: Int) in "/either/" + String(repeating: "x", count: count - 8) }
    #expect(await client.ask("GET", path(64)).status == 200)
    let long = await client.ask("GET", path(65))
    #expect(long.status == 414)
    #expect(long.code == "URI_TOO_LONG")
    #expect(await client.ask("GET", "/either/x?tags=&tags=&tags=").status == 200)
    #expect(await client.ask("GET", "/either/x?tags=&tags=&tags=&tags=").status == 400)
  }

  @Test("a body is limited, and its type is asked for only when there is one")
  func bodyIsLimited() async throws {
    var limits = InterfaceLimits()
    limits.bodyBytesMax = 12
    let client = try TestClient(limits: limits)
    #expect(await client.ask("POST", "/api/coach/ask", json: #"{"name":"n"}"#).status == 200)
    let long = await client.ask("POST", "/api/coach/ask", json: #"{"name":"n"} "#)
    #expect(long.status == 413)
    #expect(long.code == "PAYLOAD_TOO_LARGE")
    #expect(await client.ask("POST", "/api/coach/ask").status == 200)
    #expect(await client.ask("POST", "/api/coach/ask", json: "").status == 200)
    #expect(await client.ask("POST", "/api/coach/ask", body: [0x7b, 0x7d]).status == 415)
    let plain = [("content-type", "text/plain")]
    #expect(await client.ask("POST", "/api/coach/ask", plain).status == 415)
    #expect(await client.ask("GET", "/health", plain).status == 200)
    #expect(await client.ask("GET", "/health", json: "{}").status == 400)
  }

  // swift-format-ignore
  static let bodies: [(body: String, status: Int, kind: WireValue?, path: WireValue?)] = [
    (#"{"name":"n"}"#,                200, nil, nil), ("{}", 200, nil, nil),
    (#"{"nam":"n"}"#,                 400, "unknown-field", "nam"),
    (#"{"name":1}"#,                  400, "wrong-type", "name"),
    (#"{"tags":["a",1]}"#,            400, "wrong-type", "tags[1]"),
    (#"{"name":"n","name":"n"}"#,     400, "duplicate-key", "name"),
    (#"{"name":"n""#,                 400, "eof", ""),
    (#"{"name":"n"}}"#,               400, "trailing", ""),
    (#"{"name":"missing"}"#,          400, "missing-field", "id"),
    (#"{"id":"twice"}"#,              400, "duplicate-key", "id"),
    ("[]",                            400, "wrong-type", ""),
  ]

  @Test("a body that cannot be read says what is wrong and where", arguments: bodies)
  func saysWhere(
    _ row: (body: String, status: Int, kind: WireValue?, path: WireValue?)
  ) async throws {
    let client = try TestClient()
    let response = await client.ask("POST", "/api/runs/x/cancel", TestClient.all, json: row.body)
    #expect(response.status == row.status)
    let details = response.value?["error"]?["details"]
    #expect(details?["kind"] == row.kind)
    #expect(details?["path"] == row.path)
    #expect((details?["offset"] != nil) == (row.status == 400))
  }

  @Test("a query on a method with a body is an unknown field")
  func queryIsNoBody() async throws {
    let response = try await TestClient().ask(
      "POST", "/api/coach/ask?name=n", json: "{}")
    #expect(response.status == 400)
    #expect(response.value?["error"]?["details"]?["kind"] == "unknown-field")
    #expect(response.value?["error"]?["details"]?["path"] == "name")
  }
}
