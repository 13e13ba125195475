import Contract
import Synchronization
import Testing
import Wire

@testable import Routing

struct ChangeTests {
  private static let caller = [("authorization", "Bearer all")]

  // swift-format-ignore
  static let rows: [(id: String, status: Int, body: String)] = [
    ("here",    201, #"{"id":"here"}"#),
    ("again",   201, #"{"id":"again"}"#),
    ("nowhere", 404, "nowhere"),
  ]

  @Test("a change is answered once it is done, and not before", arguments: rows)
  func answersLater(_ row: (id: String, status: Int, body: String)) throws {
    let client = try TestClient()
    client.clerk.keepWork()
    var last: LastRequest?
    let head = TestClient.head("POST", "/change/\(row.id)", Self.caller)
    guard
      case .deferred(let deferred, _) = client.interface.respond(
        to: Request(head: head, body: []), after: &last)
    else {
      Issue.record("a change is deferred")
      return
    }
    #expect(client.clerk.ran.isEmpty)
    let responses = Responses()
    #expect(deferred.begin { responses.add($0()) } == nil)
    #expect(client.clerk.ran == ["begun"] && responses.all.isEmpty)
    #expect(client.clerk.doKept() == 1)
    let response = try #require(responses.all.first)
    #expect(responses.all.count == 1 && response.status == row.status)
    #expect(response.text.contains(row.body))
    #expect((response["idempotency-replayed"] == "true") == (row.id == "again"))
    #expect(response["x-correlation-id"] != nil)
  }

  @Test(
    "what refuses before it begins is answered at once", arguments: ["refused", "no_such_field"])
  func refusesAtOnce(_ id: String) throws {
    let client = try TestClient()
    client.clerk.keepWork()
    var last: LastRequest?
    let fields = Self.caller + [("content-type", "application/json")]
    let body = id == "refused" ? "{}" : #"{"no_such_field":1}"#
    let request = Request(
      head: TestClient.head("POST", "/change/\(id)", fields), body: Array(body.utf8))
    guard case .deferred(let deferred, _) = client.interface.respond(to: request, after: &last)
    else {
      Issue.record("a change is deferred")
      return
    }
    let responses = Responses()
    let refusal = try #require(deferred.begin { responses.add($0()) })
    #expect(refusal.status == (id == "refused" ? 410 : 400))
    #expect(client.clerk.doKept() == 0 && responses.all.isEmpty)
  }

  @Test("a caller whom only the store knows gets the same answer, by a task")
  func answersStranger() async throws {
    let client = try TestClient()
    client.clerk.keepWork()
    async let response = client.ask("POST", "/change/here", [("authorization", "Bearer stored")])
    while client.clerk.doKept() == 0 { await Task.yield() }
    let answer = await response
    #expect(answer.status == 201 && answer.text == #"{"id":"here"}"#)
    let refusal = await client.ask("POST", "/change/refused", [("authorization", "Bearer stored")])
    #expect(refusal.status == 410)
  }
}

/// The responses that came.
private final class Responses: Sendable {
  private let came = Mutex<[Response]>([])

  var all: [Response] { came.withLock { $0 } }

  func add(_ response: Response) { came.withLock { $0.append(response) } }
}
