import Testing

@testable import Curl

/// Exchanges with a server, through the machine's libcurl.
struct CurlExchangesTests {
  private static let exchanges = CurlLibrary.shared.flatMap(CurlExchanges.init)

  private static func begin(
    _ method: String, _ body: [UInt8]?, to server: HTTPServer
  ) throws -> CurlExchange {
    let url = "http://127.0.0.1:\(server.port)/a?b=c"
    return try #require(exchanges).begin(
      CurlRequest(
        CurlDestination(url: url, authority: nil, timeoutSeconds: 20), method: method,
        fields: ["x-name: value"], body: body, connectMilliseconds: 5000, idleSeconds: 20))
  }

  private static func text(of exchange: CurlExchange) async throws -> String {
    var bytes: [UInt8] = []
    while let piece = try await exchange.next() { bytes += piece }
    return String(decoding: bytes, as: UTF8.self)
  }

  // swift-format-ignore
  static let rows: [(method: String, body: [UInt8]?, seen: String)] = [
    ("GET",    nil,            "GET /a?b=c value None "),
    ("DELETE", nil,            "DELETE /a?b=c value None "),
    ("POST",   Array("x".utf8), "POST /a?b=c value 1 x"),
    ("POST",   [],             "POST /a?b=c value 0 "),
    ("PUT",    Array("xy".utf8), "PUT /a?b=c value 2 xy"),
    ("PATCH",  Array("xyz".utf8), "PATCH /a?b=c value 3 xyz"),
    ("DELETE", Array("x".utf8), "DELETE /a?b=c value 1 x"),
  ]

  @Test("a request arrives with its method, its fields and its body", arguments: rows)
  func carries(_ method: String, _ body: [UInt8]?, _ seen: String) async throws {
    let server = try HTTPServer([])
    defer { server.stop() }
    let exchange = try Self.begin(method, body, to: server)
    #expect(try await exchange.head().status == 200)
    #expect(try await Self.text(of: exchange) == seen)
  }

  @Test("the fields of an answer are there, whatever its status")
  func readsFields() async throws {
    let server = try HTTPServer([
      "--status", "429", "--field", "X-Reset:12", "--field", "x-reset:13",
    ])
    defer { server.stop() }
    let head = try await Self.begin("GET", nil, to: server).head()
    #expect(head.status == 429 && head.value(of: "X-RESET") == "12, 13")
    #expect(head.value(of: "retry-after") == nil)
  }

  @Test("a head without end is cut off")
  func boundsHead() async throws {
    let long = "x:\(String(repeating: "y", count: 30_000))"
    let server = try HTTPServer(["--field", long, "--field", long, "--field", long])
    defer { server.stop() }
    let exchange = try Self.begin("GET", nil, to: server)
    let failure = await #expect(throws: CurlExchangeFailure.self) { try await exchange.head() }
    #expect(failure?.description.contains("65536 bytes") == true)
  }
}
