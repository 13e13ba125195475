import Contract
import Testing

@testable import Routing

struct EitherTests {
  // swift-format-ignore
  static let rows: [(id: String, isImmediate: Bool, status: Int, ran: [String])] = [
    ("here",    true,  200, ["memory"]),
    ("away",    false, 200, ["memory", "later"]),
    ("refused", true,  410, ["memory"]),
    ("nowhere", false, 404, ["memory", "later"]),
  ]

  @Test("what is in memory is answered at once, the rest by a task", arguments: rows)
  func answers(_ row: (id: String, isImmediate: Bool, status: Int, ran: [String])) async throws {
    let client = try TestClient()
    let request = Request(head: TestClient.head("GET", "/either/\(row.id)"), body: [])
    let response: Response
    var last: LastRequest?
    switch client.interface.respond(to: request, after: &last) {
    case .response(let immediate):
      #expect(row.isImmediate)
      response = immediate
    case .pending(let rest, _):
      #expect(!row.isImmediate)
      response = await rest()
    case .deferred:
      Issue.record("this row is answered at once or by a task")
      return
    }
    #expect(response.status == row.status)
    #expect(client.clerk.ran == row.ran)
  }
}
