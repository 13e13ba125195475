import Contract
import Testing
import Wire

@testable import Routing

@Suite("A head that comes again")
struct AdmittedHeadTests {
  private static let json = [("content-type", "application/json")]

  // swift-format-ignore
  static let same: [(method: String, path: String, fields: [(String, String)], body: String)] = [
    ("GET",    "/health",        [],                                                 ""),
    ("GET",    "/health",        [("accept", "application/cbor")],                   ""),
    ("GET",    "/health",        [("x-correlation-id", "mine")],                     ""),
    ("HEAD",   "/health",        [],                                                 ""),
    ("GET",    "/api/runs/r1",   TestClient.all,                                     ""),
    ("GET",    "/api/runs/r1",   TestClient.all + [("accept", "text/markdown")],     ""),
    ("DELETE", "/api/runs/r1",   TestClient.all,                                     ""),
    ("POST",   "/api/runs",      TestClient.all + json,                              "{}"),
    ("POST",   "/api/runs",      TestClient.all + json,                              "{"),
    ("GET",    "/either/refused", [],                                                ""),
    ("GET",    "/either/nowhere", [],                                                ""),
  ]

  @Test("is answered as it was the first time, under a name of its own", arguments: same)
  func repeats(
    _ row: (method: String, path: String, fields: [(String, String)], body: String)
  ) async throws {
    let client = try TestClient()
    let body = Array(row.body.utf8)
    var last: LastRequest?
    let first = await client.ask(row.method, row.path, row.fields, body: body, after: &last)
    let admitted = try #require(last?.head)
    let ran = client.clerk.ran
    let second = await client.ask(row.method, row.path, row.fields, body: body, after: &last)
    #expect(last?.head === admitted)
    #expect(client.clerk.ran == ran + ran)
    #expect(second.status == first.status)
    #expect(second.bytes?.count == first.bytes?.count)
    #expect(second.fieldNames == first.fieldNames)
    let isGiven = row.fields.contains { $0.0 == "x-correlation-id" }
    #expect((second["x-correlation-id"] == first["x-correlation-id"]) == isGiven)
  }

  // swift-format-ignore
  static let other: [(method: String, path: String, fields: [(String, String)], body: String, status: Int)] = [
    ("GET",  "/api/runs/r2", TestClient.all,                                                              "",   200),
    ("GET",  "/api/runs/r1", TestClient.all + [("accept", "image/png")],                                  "",   406),
    ("GET",  "/api/runs/r1", [("authorization", "Bearer nobody"), ("x-org-id", "o1"), ("x-user-id", "u1")], "",  401),
    ("GET",  "/api/runs/r1", [("authorization", "Bearer all"), ("x-org-id", "o1")],                       "",   400),
    ("PUT",  "/api/runs/r1", TestClient.all,                                                              "",   405),
    ("GET",  "/api/runs/r1", TestClient.all,                                                              "{}", 400),
  ]

  @Test("is read anew when a byte or the presence of a body differs", arguments: other)
  func differs(
    _ row: (method: String, path: String, fields: [(String, String)], body: String, status: Int)
  ) async throws {
    let client = try TestClient()
    var last: LastRequest?
    #expect(
      await client.ask("GET", "/api/runs/r1", TestClient.all, body: [], after: &last).status == 200)
    let answer = await client.ask(
      row.method, row.path, row.fields, body: Array(row.body.utf8), after: &last)
    #expect(answer.status == row.status)
  }

  @Test("asks about its caller again once the belief in the token has ended")
  func believesForSoLong() async throws {
    let client = try TestClient()
    var last: LastRequest?
    _ = await client.ask("GET", "/api/runs/r1", TestClient.all, body: [], after: &last)
    let admitted = try #require(last?.head)
    client.clock.advance(milliseconds: 1)
    _ = await client.ask("GET", "/api/runs/r1", TestClient.all, body: [], after: &last)
    #expect(last?.head !== admitted)
  }

  @Test("gets the very same answer as long as memory holds the same, and another one then")
  func repeatsWhatIsKnown() async throws {
    let client = try TestClient()
    var last: LastRequest?
    func ask(_ fields: [(String, String)] = []) async -> Response {
      await client.ask("GET", "/either/here", fields, body: [], after: &last)
    }
    let first = await ask()
    let second = await ask()
    #expect(first.content === second.content && first.text == #""memory""#)
    #expect(first.correlationID != second.correlationID)
    let cbor = await ask([("accept", "application/cbor")])
    #expect(cbor.value == "memory" && cbor["content-type"] == "application/cbor")
    client.clerk.remember("something else")
    let later = await ask([("accept", "application/cbor")])
    #expect(later.value == "something else")
  }

  @Test("is counted against the caller's rate like any other")
  func isCounted() async throws {
    var limits = InterfaceLimits()
    limits.requestsPerSecond = 1
    limits.requestBurst = 1
    let client = try TestClient(limits: limits)
    var last: LastRequest?
    let first = await client.ask("GET", "/api/runs/r1", TestClient.all, body: [], after: &last)
    let second = await client.ask("GET", "/api/runs/r1", TestClient.all, body: [], after: &last)
    #expect(first.status == 200 && second.status == 429)
  }
}
