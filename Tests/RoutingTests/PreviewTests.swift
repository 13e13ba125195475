import Contract
import Testing

@testable import Routing

struct PreviewTests {
  private static let body = [("content-type", "application/json"), ("content-length", "10")]

  // swift-format-ignore
  static let rows: [(method: String, path: String, fields: [(String, String)], status: Int?)] = [
    ("POST",    "/api/runs", TestClient.all + body,                                               nil),
    ("POST",    "/api/runs", TestClient.all + [("content-type", "application/json")],             nil),
    ("GET",     "/health",   [],                                                                  nil),
    ("OPTIONS", "/health",   [],                                                                  nil),
    ("POST",    "/api/runs", [("authorization", "Bearer stored")] + body,                         nil),
    ("POST",    "/nothing",  TestClient.all + body,                                               404),
    ("PUT",     "/api/runs", TestClient.all + body,                                               405),
    ("POST",    "/api/runs", TestClient.all + [("content-type", "application/json"), ("content-length", "1048576")], nil),
    ("POST",    "/api/runs", TestClient.all + [("content-type", "application/json"), ("content-length", "1048577")], 413),
    ("POST",    "/api/runs", TestClient.all + [("content-length", "99999999999999999999999999")], 413),
    ("POST",    "/api/runs", TestClient.all + [("content-length", "-1")],                         400),
    ("POST",    "/api/runs", TestClient.all + [("content-length", "1"), ("content-length", "1")], 400),
    ("POST",    "/api/runs", TestClient.all + [("content-type", "text/plain")],                   415),
    ("POST",    "/api/runs", TestClient.all + [("content-length", "1")],                          415),
    ("POST",    "/api/runs", TestClient.all + body + [("content-encoding", "gzip")],              415),
    ("POST",    "/api/runs", TestClient.all + body + [("accept", "image/png")],                   406),
    ("POST",    "/api/runs?x=1", TestClient.all + body,                                           400),
    ("POST",    "/api/runs", body,                                                                401),
    ("POST",    "/api/runs", [("authorization", "Bearer reader"), ("x-org-id", "o"), ("x-user-id", "u")] + body, 403),
    ("POST",    "/api/runs", [("authorization", "Bearer all")] + body,                            400),
  ]

  @Test("a head that must be refused is refused before its body is read", arguments: rows)
  func refusesEarly(
    _ row: (method: String, path: String, fields: [(String, String)], status: Int?)
  ) throws {
    let client = try TestClient()
    let preview = client.interface.preview(
      TestClient.head(row.method, row.path, row.fields), after: nil)
    #expect(preview?.status == row.status)
    #expect(client.clerk.ran.isEmpty)
  }

  @Test("a refusal of the gateway has the shape of the path and the format that is asked for")
  func gatewayRefuses() throws {
    let client = try TestClient()
    let fault = Fault(.headersTooLarge, "too many fields")
    let cbor = client.interface.refuse(
      TestClient.head("POST", "/api/runs", [("accept", "application/cbor")]), with: fault)
    #expect(cbor.status == 431)
    #expect(cbor["content-type"] == "application/cbor")
    #expect(cbor.code == "HEADERS_TOO_LARGE")
    let problem = client.interface.refuse(TestClient.head("GET", "/api/v1/jobs"), with: fault)
    #expect(problem["content-type"] == "application/problem+json")
    let empty = client.interface.refuse(FieldSection(), with: fault)
    #expect(empty.status == 431)
    #expect(empty.code == "HEADERS_TOO_LARGE")
    let head = client.interface.refuse(TestClient.head("HEAD", "/health"), with: fault)
    #expect(head.bytes == [])
  }
}
