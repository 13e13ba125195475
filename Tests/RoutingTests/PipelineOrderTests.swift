import Contract
import Testing
import Wire

@testable import Routing

/// One mistake that a request can have, in the order in which the pipeline finds them.
enum Mistake: Int, CaseIterable, Sendable {
  case path
  case method
  case bodySize
  case contentType
  case accept
  case query
  case credential
  case scope
  case foreignScope
  case permission
  case idempotencyKey
  case input

  var status: Int {
    switch self {
    case .path: 404
    case .method: 405
    case .bodySize: 413
    case .contentType: 415
    case .accept: 406
    case .query, .scope, .idempotencyKey, .input: 400
    case .credential: 401
    case .foreignScope, .permission: 403
    }
  }
}

struct PipelineOrderTests {
  /// A request to create a run that has exactly these mistakes.
  private func ask(_ mistakes: Set<Mistake>) async throws -> Response {
    var limits = InterfaceLimits()
    limits.bodyBytesMax = 64
    let client = try TestClient(limits: limits)
    var fields = [("x-user-id", "u1"), ("x-project-id", "p1")]
    if !mistakes.contains(.credential) {
      // The bound caller may write and is held to a scope; the reader may not write.
      fields.append(
        ("authorization", mistakes.contains(.permission) ? "Bearer reader" : "Bearer bound"))
    }
    if !mistakes.contains(.scope) {
      fields.append(("x-org-id", mistakes.contains(.foreignScope) ? "o2" : "o1"))
    }
    fields.append(
      ("content-type", mistakes.contains(.contentType) ? "text/plain" : "application/json"))
    fields.append(("accept", mistakes.contains(.accept) ? "image/png" : "application/json"))
    fields.append(("idempotency-key", mistakes.contains(.idempotencyKey) ? "a b" : "k1"))
    let size = mistakes.contains(.bodySize) ? 65 : 10
    let body = mistakes.contains(.input) ? #"{"nam":1}"# : #"{"name":"n"}"#
    let path = mistakes.contains(.path) ? "/api/run" : "/api/runs"
    return await client.ask(
      mistakes.contains(.method) ? "PUT" : "POST",
      path + (mistakes.contains(.query) ? "?name=n" : ""), fields,
      body: Array(body.utf8) + Array(repeating: 0x20, count: max(0, size - body.utf8.count)))
  }

  @Test("a request without a mistake is answered")
  func answers() async throws {
    #expect(try await ask([]).status == 201)
  }

  @Test("each mistake alone has its status", arguments: Mistake.allCases)
  func refuses(_ mistake: Mistake) async throws {
    #expect(try await ask([mistake]).status == mistake.status)
  }

  @Test("of two mistakes the earlier one is told", arguments: Mistake.allCases, Mistake.allCases)
  func earlierWins(_ one: Mistake, _ other: Mistake) async throws {
    // The reader is bound to no scope: these two cannot meet in one caller.
    guard Set([one, other]) != [.foreignScope, .permission] else { return }
    let first = one.rawValue < other.rawValue ? one : other
    let response = try await ask([one, other])
    #expect(response.status == first.status)
    #expect(try await ask([first]).value == response.value || first == .query)
  }
}
