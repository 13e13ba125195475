import Contract
import Negotiation
import Testing
import Wire

@testable import Routing

struct NegotiatedAnswerTests {
  static let formats: [(accept: String, type: String)] = [
    ("application/json", "application/json"), ("application/cbor", "application/cbor"),
    ("text/markdown", "text/markdown; charset=utf-8"),
  ]

  @Test("an answer comes in the format that is asked for", arguments: formats)
  func answers(_ row: (accept: String, type: String)) async throws {
    let response = try await TestClient().ask("GET", "/health", [("accept", row.accept)])
    #expect(response.status == 200)
    #expect(response["content-type"] == row.type)
    #expect(response["vary"] == "Accept")
    #expect(response["cache-control"] == nil)
    #expect(response["content-length"] == response.bytes.map { "\($0.count)" })
    let value: WireValue = ["status": "ok"]
    let expected =
      switch row.accept {
      case "application/json": value.json()
      case "application/cbor": value.cbor()
      default: Markdown.render(value, title: "Health")
      }
    #expect(response.bytes == expected)
  }

  /// Where a refusing row lies, by zone.
  static let refusals: [(zone: Zone, path: String)] = [
    (.root, "/refuse/"), (.brain, "/v1/refuse/"), (.coach, "/api/coach/refuse/"),
    (.accounts, "/api/v1/auth/refuse/"), (.ops, "/api/v1/ops/refuse/"),
    (.runs, "/api/roles/refuse/"),
  ]

  @Test("every refusal has its status and its zone's body in every format", arguments: refusals)
  func refuses(_ row: (zone: Zone, path: String)) async throws {
    let client = try TestClient()
    for code in FaultCode.allCases {
      let facts = code.row(in: row.zone)
      let fault = Fault(
        code, "refused as asked", details: [Fault.Detail("asked", .text(code.rawValue))])
      let path = row.path + code.rawValue
      for format in BodyFormat.allCases {
        let fields = [("accept", "\(format.mediaType.row.name)"), ("x-correlation-id", "c")]
        let response = await client.ask("GET", path, fields)
        let expected = FaultBody(
          fault, zone: row.zone,
          circumstances: FaultCircumstances(path: path, correlationID: "c"), format: format)
        #expect(response.status == facts.status)
        #expect(response.bytes == expected.bytes)
        #expect(response["content-type"] == "\(expected.mediaType.row.contentType)")
        #expect(response["vary"] == "Accept")
        #expect(response["cache-control"] == "no-store")
        #expect(response["retry-after"] == (facts.isRetryable ? "7" : nil))
        #expect(response["www-authenticate"] == (facts.status == 401 ? "Bearer" : nil))
      }
    }
  }

  /// Paths that no row serves, and the zone whose document then speaks.
  static let strays: [(path: String, zone: Zone)] = [
    ("/nothing", .root), ("/v1/x/nothing", .brain), ("/admin/nothing", .brain),
    ("/api/coach/nothing", .coach), ("/api/script-suggestions", .coach),
    ("/api/v1/auth/nothing", .accounts), ("/api/v1/infra/x", .accounts),
    ("/api/v1/x/y/z", .ops), ("/api/runs/x/y/z", .runs), ("/api/skills", .runs),
    ("/api/r%75ns/x/y/z", .runs), ("/api/runs/%zz", .runs), ("/v1/%zz", .brain),
  ]

  @Test("a path without a row is refused in the shape of its zone", arguments: strays)
  func strayHasShape(_ row: (path: String, zone: Zone)) async throws {
    let response = try await TestClient().ask("GET", row.path)
    let value = try #require(response.value)
    switch row.zone.row.shape {
    case .envelope: #expect(value["error"]?["details"] != nil)
    case .problem: #expect(value["type"] == "about:blank")
    case .codedProblem: #expect(value["code"] != nil)
    case .rpcError: #expect(value["error"]?["message"] == value["message"])
    }
    #expect(response.route == nil)
  }

  // swift-format-ignore
  static let failures: [(accept: String?, contentType: String?, type: String)] = [
    ("image/png", nil, "application/json"), ("image/png", "application/json", "application/json"),
    ("image/png", "application/cbor", "application/cbor"), ("text/markdown;q=0", "application/cbor", "application/cbor"),
    ("application/problem+json", nil, "application/json"), ("application/cbor-seq", nil, "application/cbor"),
    ("text/event-stream", "application/cbor", "application/json"),
  ]

  @Test(
    "where negotiation fails the answer is JSON, or CBOR for a client that speaks it",
    arguments: failures)
  func failsReadably(_ row: (accept: String?, contentType: String?, type: String)) async throws {
    let fields = [("accept", row.accept), ("content-type", row.contentType)]
      .compactMap { name, value in value.map { (name, $0) } }
    let response = try await TestClient().ask("POST", "/api/coach/ask", fields, body: [0xa0])
    let expected = row.contentType == nil ? 415 : 406
    #expect(response.status == expected)
    #expect(response["content-type"] == row.type)
    guard expected == 406 else { return }
    #expect(
      response.value?["error"]?["details"]?["offers"]
        == ["application/json", "application/cbor", "text/markdown"])
  }

  /// What a body is said to be, and the coding that a refusal names; nil where it is taken.
  // swift-format-ignore
  static let codings: [(fields: [(String, String)], coding: String?)] = [
    ([("content-encoding", "gzip"), ("content-type", "application/json")],     "gzip"),
    ([("content-encoding", "br"), ("content-type", "application/cbor")],       "br"),
    ([("content-encoding", "gzip"), ("content-type", "text/plain")],           "gzip"),
    ([("content-encoding", "gzip")],                                           "gzip"),
    ([("content-encoding", "identity"), ("content-type", "application/json")], nil),
  ]

  @Test("a coded body is refused, and the refusal names the coding", arguments: codings)
  func refusesCodings(_ row: (fields: [(String, String)], coding: String?)) async throws {
    for format in Self.formats {
      let fields = TestClient.all + row.fields + [("accept", format.accept)]
      let response = try await TestClient().ask(
        "POST", "/api/runs", fields, body: Array(#"{"name":"n"}"#.utf8))
      #expect(response.status == (row.coding == nil ? 201 : 415))
      #expect(response["accept-encoding"] == row.coding.map { _ in "identity" })
      guard format.accept != "text/markdown", let coding = row.coding else { continue }
      #expect(response.value?["error"]?["details"]?["content_encoding"] == .text(coding))
    }
  }

  @Test("415 says what is read")
  func unreadableSaysWhatIsRead() async throws {
    let response = try await TestClient().ask(
      "POST", "/api/coach/ask", [("content-type", "text/plain")], body: [1])
    #expect(response.status == 415)
    #expect(
      response.value?["error"]?["details"]?["readable"]
        == ["application/json", "application/cbor"])
    #expect(response["accept-encoding"] == nil)
  }
}
