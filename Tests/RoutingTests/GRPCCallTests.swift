import Contract
import Negotiation
import Testing
import Wire

@testable import Routing

struct GRPCCallTests {
  private func call(
    _ client: TestClient, _ method: String, _ value: WireValue,
    type: String = "application/grpc", _ fields: [(String, String)] = TestClient.all
  ) async -> Response {
    let body = GRPCMessage.framed(type.hasSuffix("json") ? value.json() : value.cbor())
    return await client.ask("POST", method, fields + [("content-type", type)], body: body)
  }

  @Test(
    "a row takes path, query and body as one message, and answers in the type of the call",
    arguments: ["application/grpc", "application/grpc+cbor", "application/grpc+json"])
  func answers(_ type: String) async throws {
    let client = try TestClient()
    for method in ["Create", "Get", "Cancel"] {
      let response = await call(
        client, "/sample.v1.Runs/\(method)", ["id": "r", "count": 7], type: type)
      #expect(response.status == 200 && response["content-type"] == type)
      #expect(response.verdict == (method == "Create" ? 201 : 200))
      #expect(response["content-length"] == nil)
      let value = try #require(response.message)
      #expect(value["order"]?["id"] == "r" && value["order"]?["count"] == 7)
      #expect(value["organisation"] == "o1" && value["user"] == "u1")
      #expect(response.ending == "0")
    }
  }

  @Test("an empty message is an input that says nothing, and text is a text")
  func emptyAndFixed() async throws {
    let client = try TestClient()
    let fields = [("content-type", "application/grpc")]
    let health = await client.ask(
      "POST", "/sample.v1.Root/Health", fields, body: GRPCMessage.framed([]))
    #expect(health.message == ["status": "ok"])
    let metrics = await client.ask(
      "POST", "/sample.v1.Root/Metrics", fields, body: GRPCMessage.framed([]))
    #expect(metrics.message == "up 1\n")
  }

  // swift-format-ignore
  static let refused: [(method: String, type: String, message: WireValue, fields: [(String, String)], number: String)] = [
    ("/sample.v1.Runs/Nope",   "application/grpc",        [:],            TestClient.all,                   "12"),
    ("/no.such.Service/Get",   "application/grpc",        [:],            TestClient.all,                   "12"),
    ("/",                      "application/grpc",        [:],            TestClient.all,                   "12"),
    ("/api/runs",              "application/grpc",        [:],            TestClient.all,                   "12"),
    ("/sample.v1.Runs/Create?x=1", "application/grpc",    [:],            TestClient.all,                   "12"),
    ("/sample.v1.Runs/Create", "application/grpc+proto",  [:],            TestClient.all,                   "12"),
    ("/sample.v1.Runs/Create", "application/grpc+thrift", [:],            TestClient.all,                   "12"),
    ("/sample.v1.Runs/Create", "application/grpc",        [:],            [],                               "16"),
    ("/sample.v1.Runs/Create", "application/grpc",        [:],            [("authorization", "Bearer all")], "3"),
    ("/sample.v1.Runs/Create", "application/grpc",        ["no_such": 1], TestClient.all,                   "3"),
    ("/sample.v1.Runs/Create", "application/grpc",        ["count": "x"], TestClient.all,                   "3"),
    ("/sample.v1.Runs/Create", "application/grpc",        [:],            TestClient.all + [("grpc-encoding", "zstd")], "12"),
    ("/sample.v1.Runs/Create", "application/grpc",        [:],            TestClient.all + [("grpc-timeout", "x")], "3"),
    ("/sample.v1.Runs/Watch",  "application/grpc",        ["id": "nowhere"], TestClient.all,                "5"),
  ]

  @Test("a refusal is a head and nothing else", arguments: refused)
  func refuses(
    _ row: (
      method: String, type: String, message: WireValue, fields: [(String, String)], number: String
    )
  ) async throws {
    let client = try TestClient()
    let response = await call(client, row.method, row.message, type: row.type, row.fields)
    #expect(response.status == 200 && response.bytes == [])
    #expect(response["grpc-status"] == row.number && response.verdict >= 400)
    #expect(response["grpc-message"]?.isEmpty == false && response["error-bin"] != nil)
    #expect(client.clerk.ran.allSatisfy { $0 == "Watch" })
  }

  @Test("a method's path that is asked in another way says how to call it")
  func notACall() async throws {
    let client = try TestClient()
    let read = await client.ask("GET", "/sample.v1.Runs/Get", TestClient.all)
    #expect(read.status == 405 && read["allow"] == "POST")
    let post = await client.ask("POST", "/sample.v1.Runs/Create", TestClient.all, json: "{}")
    #expect(post.status == 415 && post.text.contains("application/grpc+json"))
    let web = await client.ask(
      "POST", "/sample.v1.Runs/Create",
      TestClient.all + [("content-type", "application/grpc-web")], body: [0])
    #expect(web.status == 415)
    // Where there is no method, there is nothing.
    #expect(await client.ask("GET", "/sample.v1.Runs/Nope").status == 404)
  }

  @Test("a caller who compresses gets long answers compressed, and others do not")
  func compresses() async throws {
    let client = try TestClient()
    let tags = WireValue.array((0..<400).map { .text("tag \($0)") })
    let packed = Gzip.deflated((["tags": tags] as WireValue).cbor())
    let fields = TestClient.all + [("content-type", "application/grpc"), ("grpc-encoding", "gzip")]
    let long = await client.ask(
      "POST", "/sample.v1.Runs/Create", fields,
      body: GRPCMessage.framed(packed, isCompressed: true))
    #expect(long["grpc-encoding"] == "gzip")
    #expect(long.message?["order"]?["tags"] == tags)
    let short = await client.ask(
      "POST", "/sample.v1.Runs/Create", fields, body: GRPCMessage.framed([0xa0]))
    #expect(short["grpc-encoding"] == nil && short.message != nil)
    let plain = await call(client, "/sample.v1.Runs/Create", ["tags": tags])
    #expect(plain["grpc-encoding"] == nil && plain.message?["order"]?["tags"] == tags)
  }

  @Test("a key is kept apart by caller, method and message")
  func claims() async throws {
    let client = try TestClient()
    let fields = TestClient.all + [("idempotency-key", "k")]
    let first = await call(client, "/sample.v1.Runs/Create", ["id": "a"], fields)
    let same = await call(client, "/sample.v1.Runs/Create", ["id": "a"], fields)
    let other = await call(client, "/sample.v1.Runs/Create", ["id": "b"], fields)
    #expect(first.message?["claim"] != .null && first.message?["claim"] == other.message?["claim"])
    #expect(first.message?["fingerprint"] == same.message?["fingerprint"])
    #expect(first.message?["fingerprint"] != other.message?["fingerprint"])
  }

  @Test("a stream opens in messages, and one that is over ends in success")
  func streams() async throws {
    let client = try TestClient()
    let open = await call(client, "/sample.v1.Runs/Watch", ["id": "r"])
    guard case .feed(_, .messages(.cbor)) = open.body else {
      Issue.record("no feed of messages")
      return
    }
    let over = await call(client, "/sample.v1.Runs/Watch", ["id": "over"])
    #expect(over.bytes == [] && over["grpc-status"] == "0")
  }

  @Test("the head alone refuses what no message can save")
  func preview() throws {
    let client = try TestClient()
    let head = TestClient.head(
      "POST", "/sample.v1.Runs/Create", [("content-type", "application/grpc")])
    #expect(client.interface.preview(head, after: nil)?["grpc-status"] == "16")
    let good = TestClient.head(
      "POST", "/sample.v1.Runs/Create", TestClient.all + [("content-type", "application/grpc")])
    #expect(client.interface.preview(good, after: nil) == nil)
  }
}

extension Response {
  /// The one message of an answer, by its content type.
  fileprivate var message: WireValue? {
    guard case .message(let bytes, _) = body else { return nil }
    let coding: GRPCCoding = self["grpc-encoding"] == "gzip" ? .gzip : .identity
    guard let content = try? GRPCMessageReader.only(in: bytes, coding, limit: 1 << 20) else {
      return nil
    }
    return self["content-type"] == "application/grpc+json"
      ? try? WireValue(json: content) : try? WireValue(cbor: content)
  }

  /// The status that its trailers say.
  fileprivate var ending: String? {
    guard case .message(_, let trailers) = body else { return nil }
    return trailers.string("grpc-status")
  }
}
