import Contract
import Testing
import Wire

@testable import Routing

struct CredentialTests {
  private static let scope = [("x-org-id", "o1"), ("x-user-id", "u1")]

  // swift-format-ignore
  static let accepted: [(value: String, principal: String)] = [
    ("Bearer all", "all"), ("bearer all", "all"), ("BEARER all", "all"), ("Bearer    all", "all"), ("Bearer stored", "stored"),
  ]

  @Test("a bearer credential is known from memory, else from the store", arguments: accepted)
  func accepts(_ row: (value: String, principal: String)) async throws {
    let response = try await TestClient().ask(
      "GET", "/api/runs/r", Self.scope + [("authorization", row.value)])
    #expect(response.status == 200)
    #expect(response.principal?.id == row.principal)
    #expect(response["cache-control"] == "no-store")
  }

  static let refused: [[String]] = [
    [], ["Bearer nobody"], ["Bearer"], ["Bearer "], ["Bearer =="], ["Bearer a b"], ["Bearer a=b"],
    ["Bearerall"], ["Basic YTpi"], ["all"], [""], ["Bearer all", "Bearer all"], ["Bearer é"],
    ["Bearer all,"], ["Bearer a\u{0}"], ["[earer all"],
  ]

  @Test("every reason for 401 has the same body and challenge", arguments: refused)
  func refuses(_ values: [String]) async throws {
    let client = try TestClient()
    let id = [("x-correlation-id", "c")]
    let known = await client.ask("GET", "/api/runs/r", id)
    let fields = values.map { ("authorization", $0) } + id + Self.scope
    let response = await client.ask("GET", "/api/runs/r", fields)
    #expect(response.status == 401)
    #expect(response["www-authenticate"] == "Bearer")
    #expect(response.bytes == known.bytes)
    #expect(client.clerk.ran.isEmpty)
  }

  @Test("a store that cannot answer is no refusal of the caller")
  func storeMayBeAway() async throws {
    let response = try await TestClient().ask(
      "GET", "/api/runs/r", Self.scope + [("authorization", "Bearer broken")])
    #expect(response.status == 503)
    #expect(response["retry-after"] == "3")
    #expect(response["www-authenticate"] == nil)
  }

  @Test("an open row takes no notice of credentials")
  func openRowsIgnoreCredentials() async throws {
    let client = try TestClient()
    for value in ["Bearer nobody", "Basic x", ""] {
      #expect(await client.ask("GET", "/health", [("authorization", value)]).status == 200)
    }
  }

  @Test("where no credential is required, one that is given still counts")
  func givenCredentialCounts() async throws {
    let client = try TestClient(
      withoutCredential: Principal(kind: .unchecked, id: "anybody", permissions: [.read]))
    #expect(await client.ask("GET", "/api/runs/r", Self.scope).principal?.id == "anybody")
    let bad = Self.scope + [("authorization", "Bearer nobody")]
    #expect(await client.ask("GET", "/api/runs/r", bad).status == 401)
    let post = await client.ask("POST", "/api/runs", Self.scope, json: "{}")
    #expect(post.status == 403)
    #expect(post.code == "FORBIDDEN")
  }
}
