import Contract
import Testing
import Wire

@testable import Routing

struct ScopeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let caller: String
    let method: String
    let path: String
    let fields: [(String, String)]
    let status: Int
    /// The field that a refusal names, or the scope that was understood.
    let told: String

    init(
      _ name: String, _ caller: String, _ method: String, _ path: String,
      _ fields: [(String, String)], _ status: Int, _ told: String
    ) {
      testDescription = name
      self.caller = caller
      self.method = method
      self.path = path
      self.fields = fields
      self.status = status
      self.told = told
    }
  }

  private static let org = ("x-org-id", "o1")
  private static let user = ("x-user-id", "u1")
  private static let project = ("x-project-id", "p1")
  private static let long = String(repeating: "a", count: 128)

  // swift-format-ignore
  static let rows: [Row] = [
    Row("both fields",                  "all",   "GET",  "/api/runs/r",  [org, user],                           200, "o1 u1 -"),
    Row("all three",                    "all",   "GET",  "/api/runs/r",  [org, user, project],                  200, "o1 u1 p1"),
    Row("no organisation",              "all",   "GET",  "/api/runs/r",  [user],                                400, "x-org-id"),
    Row("no user",                      "all",   "GET",  "/api/runs/r",  [org],                                 400, "x-user-id"),
    Row("no project where needed",      "all",   "POST", "/api/feishu/connectors", [org, user],                 400, "x-project-id"),
    Row("project where needed",         "all",   "POST", "/api/feishu/connectors", [org, user, project],        200, "o1 u1 p1"),
    Row("an empty field",               "all",   "GET",  "/api/runs/r",  [("x-org-id", ""), user],              400, "x-org-id"),
    Row("128 characters",               "all",   "GET",  "/api/runs/r",  [("x-org-id", long), user],            200, "\(long) u1 -"),
    Row("129 characters",               "all",   "GET",  "/api/runs/r",  [("x-org-id", long + "a"), user],      400, "x-org-id"),
    Row("every character",              "all",   "GET",  "/api/runs/r",  [("x-org-id", "aZ09._:@-"), user],     200, "aZ09._:@- u1 -"),
    Row("a space",                      "all",   "GET",  "/api/runs/r",  [("x-org-id", "a b"), user],           400, "x-org-id"),
    Row("a line end",                   "all",   "GET",  "/api/runs/r",  [("x-org-id", "a\nb"), user],          400, "x-org-id"),
    Row("no ASCII",                     "all",   "GET",  "/api/runs/r",  [("x-org-id", "é"), user],             400, "x-org-id"),
    Row("a field twice",                "all",   "GET",  "/api/runs/r",  [org, org, user],                      400, "x-org-id"),
    Row("by query on GET",              "all",   "GET",  "/api/runs/r?org_id=o2&user_id=u2&project_id=p2", [],  200, "o2 u2 p2"),
    Row("a field wins over the query",  "all",   "GET",  "/api/runs/r?org_id=o2&user_id=u2", [org],             200, "o1 u2 -"),
    Row("a bad query value",            "all",   "GET",  "/api/runs/r?org_id=a%20b", [user],                    400, "org_id"),
    Row("a query value twice",          "all",   "GET",  "/api/runs/r?org_id=a&org_id=a", [user],               400, "org_id"),
    Row("no query on DELETE",           "all",   "DELETE", "/api/runs/r?org_id=o1&user_id=u1", [],              400, "x-org-id"),
    Row("the same workspace",           "all",   "GET",  "/api/runs/r",  [org, user, ("x-workspace-id", "o1")], 200, "o1 u1 -"),
    Row("another workspace",            "all",   "GET",  "/api/runs/r",  [org, user, ("x-workspace-id", "o2")], 400, "x-workspace-id"),
    Row("bound, its own scope",         "bound", "GET",  "/api/runs/r",  [org, user, project],                  200, "o1 u1 p1"),
    Row("bound, another organisation",  "bound", "GET",  "/api/runs/r",  [("x-org-id", "o2"), user, project],   403, "x-org-id"),
    Row("bound, another user",          "bound", "GET",  "/api/runs/r",  [org, ("x-user-id", "u2"), project],   403, "x-user-id"),
    Row("bound, another project",       "bound", "GET",  "/api/runs/r",  [org, user, ("x-project-id", "p2")],   403, "x-project-id"),
    Row("bound, no project",            "bound", "GET",  "/api/runs/r",  [org, user],                           403, "x-project-id"),
    Row("bound, another by query",      "bound", "GET",  "/api/runs/r?org_id=o2", [user, project],              403, "x-org-id"),
    Row("optional, nothing named",      "all",   "GET",  "/api/roles/r", [],                                    200, "- - -"),
    Row("optional, both fields",        "all",   "GET",  "/api/roles/r", [org, user],                           200, "o1 u1 -"),
    Row("optional, by query",           "all",   "GET",  "/api/roles/r?org_id=o2&user_id=u2", [],               200, "o2 u2 -"),
    Row("optional, no user",            "all",   "GET",  "/api/roles/r", [org],                                 400, "x-user-id"),
    Row("optional, no organisation",    "all",   "GET",  "/api/roles/r", [user],                                400, "x-org-id"),
    Row("optional, a project alone",    "all",   "GET",  "/api/roles/r", [project],                             400, "x-org-id"),
    Row("optional, bound",              "bound", "GET",  "/api/roles/r", [],                                    200, "o1 u1 p1"),
    Row("optional, bound, another",     "bound", "GET",  "/api/roles/r", [("x-org-id", "o2"), user, project],   403, "x-org-id"),
    Row("bound, case counts",           "bound", "GET",  "/api/runs/r",  [("x-org-id", "O1"), user, project],   403, "x-org-id"),
  ]

  @Test("the scope is what the fields say and the caller may name", arguments: rows)
  func reads(_ row: Row) async throws {
    let client = try TestClient()
    let fields = row.fields + [("authorization", "Bearer \(row.caller)")]
    let response = await client.ask(row.method, row.path, fields)
    #expect(response.status == row.status)
    let value = try #require(response.value)
    guard row.status != 200 else {
      let parts = ["organisation", "user", "project"].map { name -> String in
        if case .text(let text)? = value[name] { text } else { "-" }
      }
      #expect(parts.joined(separator: " ") == row.told)
      return
    }
    #expect(value["error"]?["details"]?["field"] == .text(row.told))
    #expect(response.code == (row.status == 403 ? "SCOPE_FORBIDDEN" : "VALIDATION_ERROR"))
    #expect(client.clerk.ran.isEmpty)
  }
}
