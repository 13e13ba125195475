import Contract
import Testing
import Wire

@testable import Routing

struct MethodTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let method: String
    let path: String
    let status: Int
    let allow: String?

    init(_ method: String, _ path: String, _ status: Int, allow: String? = nil) {
      self.method = method
      self.path = path
      self.status = status
      self.allow = allow
    }

    var testDescription: String { "\(method) \(path)" }
  }

  // swift-format-ignore
  static let rows: [Row] = [
    Row("GET",     "/health",             200),
    Row("HEAD",    "/health",             200),
    Row("OPTIONS", "/health",             204, allow: "GET, HEAD, OPTIONS"),
    Row("POST",    "/health",             405, allow: "GET, HEAD, OPTIONS"),
    Row("get",     "/health",             405, allow: "GET, HEAD, OPTIONS"),
    Row("TRACE",   "/health",             405, allow: "GET, HEAD, OPTIONS"),
    Row("CONNECT", "/health",             405, allow: "GET, HEAD, OPTIONS"),
    Row("\u{0}GET", "/health",             405, allow: "GET, HEAD, OPTIONS"),
    Row("OPTIONSX", "/health",            405, allow: "GET, HEAD, OPTIONS"),
    Row("",        "/health",             405, allow: "GET, HEAD, OPTIONS"),
    Row("GET",     "/api/runs",           405, allow: "POST, OPTIONS"),
    Row("HEAD",    "/api/runs",           405, allow: "POST, OPTIONS"),
    Row("OPTIONS", "/api/runs",           204, allow: "POST, OPTIONS"),
    Row("PUT",     "/api/runs/r1",        405, allow: "GET, HEAD, DELETE, OPTIONS"),
    Row("HEAD",    "/api/runs/r1/stream", 405, allow: "GET, OPTIONS"),
    Row("OPTIONS", "/api/runs/r1/stream", 204, allow: "GET, OPTIONS"),
    Row("OPTIONS", "*",                   204, allow: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    Row("GET",     "*",                   400),
    // A literal that has not the method never falls through to a pattern that has it.
    Row("PATCH",   "/api/v1/users/bob",   405, allow: "GET, HEAD, OPTIONS"),
    Row("PATCH",   "/api/v1/events/outbox", 405, allow: "GET, HEAD, OPTIONS"),
    Row("GET",     "/api/v1/tickets/7",   405, allow: "PATCH, OPTIONS"),
    Row("GET",     "/nothing",            404),
    Row("OPTIONS", "/nothing",            404),
    Row("PATCH",   "/health/",            404),
  ]

  @Test("path and method decide 200, 204, 404 and 405 with Allow", arguments: rows)
  func decides(_ row: Row) async throws {
    let response = try await TestClient().ask(row.method, row.path)
    #expect(response.status == row.status)
    #expect(response["allow"] == row.allow)
    #expect(response["x-correlation-id"] == "00000000-0000-7000-8000-000000000001")
  }

  @Test(
    "HEAD has the fields of GET, and no content",
    arguments: ["/health", "/refuse/gone", "/metrics", "/nothing", "/health/", "/%zz", "*"])
  func headHasNoContent(_ path: String) async throws {
    let client = try TestClient()
    let id = [("x-correlation-id", "same")]
    let get = await client.ask("GET", path, id)
    let head = await client.ask("HEAD", path, id)
    #expect(
      head.fields.entries.map { head.fields.string($0.value) }
        == get.fields.entries.map { get.fields.string($0.value) })
    #expect(head.status == get.status)
    #expect(get["content-length"] == get.bytes.map { "\($0.count)" })
    #expect(head.bytes == [])
  }

  @Test("an answer of 204 has neither content nor a length")
  func emptyAnswerHasNoLength() async throws {
    let response = try await TestClient().ask("DELETE", "/api/runs/r1", TestClient.all)
    #expect(response.status == 204)
    #expect(response.fieldNames == ["cache-control", "vary", "x-correlation-id"])
    #expect(response.bytes == [])
  }

  @Test(
    "a fixed media type takes no part in negotiation",
    arguments: ["text/plain", "text/markdown", "image/png", "*/*;q=0"])
  func fixedTypeIsNotNegotiated(_ accept: String) async throws {
    let response = try await TestClient().ask("GET", "/metrics", [("accept", accept)])
    #expect(response.status == 200)
    #expect(response["content-type"] == "text/plain")
    #expect(response["vary"] == nil)
  }
}
