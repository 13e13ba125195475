import Contract
import Testing
import Wire

@testable import Routing

struct IdempotencyTests {
  private static let long = String(repeating: "k", count: 255)

  // swift-format-ignore
  static let rows: [(values: [String], key: String?)] = [
    (["k1"], "k1"), (["\"k1\""], "k1"), ([long], long), (["\"\(long)\""], long), (["!~"], "!~"), (["a\"b"], "a\"b"), (["a\\b"], "a\\b"),
    (["\"a\\\"b\\\\\""], "a\"b\\"),
    ([long + "k"], nil), ([""], nil), (["\"\""], nil), (["a b"], nil), (["a\tb"], nil), (["é"], nil), (["k1", "k1"], nil),
    (["\""], nil), (["\"a"], nil), (["\"a\"b\""], nil), (["\"a\\b\""], nil), (["\"a\\"], nil), (["\"a\";b=1"], nil), (["\"\(long)k\""], nil),
  ]

  @Test("a key is 1 to 255 visible characters, with or without quotes", arguments: rows)
  func reads(_ row: (values: [String], key: String?)) async throws {
    let client = try TestClient()
    let fields = TestClient.all + row.values.map { ("idempotency-key", $0) }
    let response = await client.ask("POST", "/api/runs", fields, json: #"{"name":"n"}"#)
    guard let key = row.key else {
      #expect(response.status == 400)
      #expect(response.code == "IDEMPOTENCY_KEY_INVALID")
      #expect(response.value?["error"]?["details"]?["field"] == "idempotency-key")
      #expect(client.clerk.ran.isEmpty)
      return
    }
    #expect(response.status == 201)
    #expect(
      response.value?["claim"] == .text("o1\nu1\n\nall\nsample.v1.Runs/Create\n\(key)"))
  }

  @Test("a reading method takes no notice of a key")
  func readingIgnoresKeys() async throws {
    let fields = TestClient.all + [("idempotency-key", "a b")]
    let response = try await TestClient().ask("GET", "/api/runs/r", fields)
    #expect(response.status == 200)
    #expect(response.value?["claim"] == .null)
  }

  /// A row of a zone whose changes need a key, and what it says of its callers.
  private static func ask(
    _ row: Method<Int>, _ fields: [(String, String)], path: String = "/api/v1/things"
  ) async throws -> Response {
    let interface = try Interface(
      routes: [Route(row, on: 0)],
      services: InterfaceServices(
        authenticator: SampleAuthenticator(), tickets: SampleTickets(),
        identifiers: CountingIdentifiers(), clock: HandClock(), isReady: { true }, digest: { $0 }),
      limits: InterfaceLimits())
    var last: LastRequest?
    let request = Request(
      head: TestClient.head("POST", path, fields), body: [], network: .version4(1))
    return await interface.respond(to: request, after: &last).response()
  }

  private static let change = Method<Int>(
    inline: "sample.v1.Things/Make", .post, "/api/v1/things", zone: .ops, summary: "Makes one.",
    permission: nil
  ) { (_, _: NoInput, context) throws(Fault) -> WireValue in
    [
      "claim": context.claim.map { .text($0.key) } ?? .null,
      "caller": .text(context.principal.id),
    ]
  }

  @Test("where changes need a key, one without is refused before its input is read")
  func isRequired() async throws {
    #expect(Self.change.description.keyRule == .required)
    let refused = try await Self.ask(Self.change, [])
    #expect(refused.status == 400 && refused.code == "idempotency_key_required")
    let done = try await Self.ask(Self.change, [("idempotency-key", "k")])
    #expect(done.status == 200)
    #expect(done.value?["claim"] == .text("\n\n\nanonymous\nsample.v1.Things/Make\nk"))
  }

  @Test("a row without a key takes no notice of one")
  func isIgnored() async throws {
    for fields in [[], [("idempotency-key", "a b")], [("idempotency-key", "k")]] {
      let done = try await Self.ask(Self.change.withoutKey(), fields)
      #expect(done.status == 200 && done.value?["claim"] == .null)
    }
  }

  @Test("an open row is told who calls only where it wants to know, and refuses nobody")
  func knowsCaller() async throws {
    let key = ("idempotency-key", "k")
    let known = [("authorization", "Bearer all"), key]
    let nobody = [("authorization", "Bearer nobody"), key]
    #expect(try await Self.ask(Self.change, known).value?["caller"] == "anonymous")
    let row = Self.change.knowingCaller()
    #expect(try await Self.ask(row, known).value?["caller"] == "all")
    for fields in [nobody, [key], [("authorization", "Basic eA=="), key]] {
      #expect(try await Self.ask(row, fields).value?["caller"] == "anonymous")
    }
  }

  @Test("the problem of a zone in lower case has the key's refusal in lower case")
  func namesFollowTheZone() async throws {
    let response = try await TestClient().ask(
      "PATCH", "/api/v1/a/b", [("idempotency-key", "a b")], json: "{}")
    #expect(response.code == "idempotency_key_invalid")
    #expect(response.status == 400)
  }

  /// What two requests with one key differ in, and whether they are then two requests.
  // swift-format-ignore
  static let differences: [(name: String, path: String, fields: [(String, String)], body: String, isSame: Bool)] = [
    ("nothing",       "/api/runs/a/cancel", [],                                        "{\"name\":\"n\"}",  true),
    ("the id",        "/api/runs/a/cancel", [("x-correlation-id", "other")],           "{\"name\":\"n\"}",  true),
    ("the path",      "/api/runs/b/cancel", [],                                        "{\"name\":\"n\"}",  false),
    ("the body",      "/api/runs/a/cancel", [],                                        "{\"name\":\"m\"}",  false),
    ("white space",   "/api/runs/a/cancel", [],                                        "{\"name\": \"n\"}", false),
    ("an escape",     "/api/runs/%61/cancel", [],                                      "{\"name\":\"n\"}",  true),
  ]

  @Test("a fingerprint holds what makes a request the same", arguments: differences)
  func fingerprints(
    _ row: (name: String, path: String, fields: [(String, String)], body: String, isSame: Bool)
  ) async throws {
    let client = try TestClient()
    let key = TestClient.all + [("idempotency-key", "k")]
    let one = await client.ask("POST", "/api/runs/a/cancel", key, json: #"{"name":"n"}"#)
    let other = await client.ask("POST", row.path, key + row.fields, json: row.body)
    #expect(one.status == 200)
    #expect(other.status == 200)
    #expect((one.value?["fingerprint"] == other.value?["fingerprint"]) == row.isSame)
  }

  @Test("the same value in another format is another request")
  func formatsDiffer() async throws {
    let client = try TestClient()
    let key = TestClient.all + [("idempotency-key", "k")]
    let json = await client.ask("POST", "/api/runs", key, json: "{}")
    let cbor = await client.ask(
      "POST", "/api/runs", key + [("content-type", "application/cbor")], body: [0xa0])
    #expect(json.value?["fingerprint"] != cbor.value?["fingerprint"])
  }

  @Test("the order of a query does not count")
  func queryIsSorted() async throws {
    let target = { (path: String) throws -> [UInt8] in
      let head = TestClient.head("DELETE", path)
      let target = try RequestTarget(head, limits: InterfaceLimits())
      return IdempotencyKey.material(
        verb: .delete, path: target.bytes(head), query: head.bytes[target.query], mediaType: nil,
        body: [])
    }
    #expect(try target("/x?a=1&b=2") == target("/x?b=2&a=1"))
    #expect(try target("/x?a=1&b=2") != target("/x?a=2&b=1"))
    #expect(try target("/x?a=1") != target("/x"))
  }

  @Test("a kept answer says so")
  func replayedSaysSo() async throws {
    let client = try TestClient()
    let kept = await client.ask("POST", "/api/runs", TestClient.all, json: #"{"name":"replayed"}"#)
    #expect(kept["idempotency-replayed"] == "true")
    let fresh = await client.ask("POST", "/api/runs", TestClient.all, json: #"{"name":"n"}"#)
    #expect(fresh["idempotency-replayed"] == nil)
  }
}
