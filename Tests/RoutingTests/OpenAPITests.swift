import Contract
import Testing
import Wire

@testable import Routing

struct OpenAPITests {
  private static let rows = Clerk.methods.map(\.description)
  private static let document = described()

  private static func described() -> OpenAPIDocument {
    do throws(InterfaceProblems) {
      return try OpenAPIDocument(rows, limits: InterfaceLimits(), version: "1.2.3")
    } catch {
      preconditionFailure("\(error)")
    }
  }

  @Test("every row is an operation with its name, and nothing else is")
  func hasEveryRow() throws {
    let paths = try #require(Self.document.value["paths"])
    var names: [WireValue] = []
    for row in Self.rows + [OpenAPIDocument.method.description] {
      let operation = paths[row.path.description]?[row.verb.rawValue.lowercased()]
      #expect(operation?["operationId"] == .text(row.name))
      #expect(operation?["summary"] == .text(row.summary))
      #expect((operation?["security"] == []) == (row.permission == nil))
      names.append(.text(row.name))
    }
    guard case .map(let items) = paths else { return }
    let operations = items.flatMap { item -> [WireMember] in
      if case .map(let operations) = item.value { operations } else { [] }
    }
    #expect(operations.count == names.count)
  }

  @Test("parameters stand where the pipeline reads them")
  func placesParameters() throws {
    let create = try operation("/api/runs", "post")
    #expect(places(create) == ["header x-org-id!", "header x-user-id!", "header x-project-id"])
    #expect(create["requestBody"]?["content"]?["application/cbor"] != nil)
    let get = try operation("/api/runs/{id}", "get")
    #expect(places(get).prefix(4) == ["path id!", "query name", "query count", "query tags"])
    #expect(get["requestBody"] == nil)
    let cancel = try operation("/api/runs/{id}/cancel", "post")
    #expect(places(cancel).first == "path id!")
    #expect(cancel["requestBody"]?["required"] == false)
    #expect(cancel["requestBody"]?["content"]?["text/markdown"] == nil)
    let note = try operation("/api/coach/notes/{id}", "post")
    #expect(places(note) == ["path id!", "query name", "query count", "query tags"])
    #expect(
      note["requestBody"]?["content"]?["text/markdown"]?["schema"]
        == ["type": "string", "minLength": 1, "maxLength": 8])
  }

  @Test("answers and feeds name their media types")
  func namesMediaTypes() throws {
    let content = try operation("/health", "get")["responses"]?["200"]?["content"]
    for type in ["application/json", "application/cbor", "text/markdown"] {
      #expect(content?[type] != nil)
    }
    let feed = try operation("/api/runs/{id}/stream", "get")["responses"]
    #expect(feed?["200"]?["content"]?["text/event-stream"] != nil)
    #expect(feed?["200"]?["content"]?["application/cbor-seq"] != nil)
    #expect(feed?["200"]?["content"]?["application/json-seq"] != nil)
    #expect(feed?["204"] != nil)
    let page = try operation("/metrics", "get")["responses"]
    #expect(page?["200"]?["content"]?["text/plain"] != nil)
    #expect(page?["406"] == nil)
    // Every change can be asked for with a key, and the key of another request is refused.
    #expect(try operation("/api/runs", "post")["responses"]?["422"] != nil)
    #expect(try operation("/api/runs/{id}", "get")["responses"]?["422"] == nil)
    let problem = Self.document.value["components"]?["responses"]?["accounts-422"]
    #expect(problem?["content"]?["application/problem+json"] != nil)
  }

  @Test("every reference leads somewhere")
  func referencesLead() {
    for reference in references(Self.document.value) {
      let steps = reference.split(separator: "/").dropFirst()
      let target = steps.reduce(WireValue?.some(Self.document.value)) { $0?[String($1)] }
      #expect(target != nil, "\(reference)")
    }
  }

  @Test("the document is served like any answer, and takes no parameter")
  func isServed() async throws {
    let interface = try Interface(
      routes: [Route(OpenAPIDocument.method, on: Self.document)],
      services: InterfaceServices(
        authenticator: SampleAuthenticator(), tickets: SampleTickets(),
        identifiers: CountingIdentifiers(),
        clock: HandClock(), isReady: { true }, digest: { $0 }),
      limits: InterfaceLimits())
    var last: LastRequest?
    for accept in ["application/json", "application/cbor"] {
      let head = TestClient.head("GET", "/api/v1/openapi", [("accept", accept)])
      let request = Request(head: head, body: [])
      guard case .response(let response) = interface.respond(to: request, after: &last) else {
        Issue.record("the document is not at hand")
        return
      }
      #expect(response.status == 200)
      #expect(response.value == Self.document.value)
    }
    let head = TestClient.head("GET", "/api/v1/openapi?x=1")
    let request = Request(head: head, body: [])
    guard case .response(let refused) = interface.respond(to: request, after: &last) else {
      Issue.record("the refusal is not at hand")
      return
    }
    #expect(refused.status == 400)
  }

  @Test("the manual has a line for every row")
  func manualHasEveryRow() {
    let manual = Manual.markdown(Self.rows)
    for row in Self.rows {
      let lines = manual.split(separator: "\n")
        .filter { $0.hasPrefix("| `\(row.name)` | `\(row.verb.rawValue) \(row.path)` |") }
      #expect(lines.count == 1)
      #expect(lines.first?.hasSuffix("\(row.summary) |") == true)
    }
  }

  private func operation(_ path: String, _ verb: String) throws -> WireValue {
    try #require(Self.document.value["paths"]?[path]?[verb])
  }

  /// Place and name of each parameter that is not shared, with a mark where it is required.
  private func places(_ operation: WireValue) -> [String] {
    guard case .array(let parameters)? = operation["parameters"] else { return [] }
    return parameters.compactMap { parameter in
      guard case .text(let place)? = parameter["in"], case .text(let name)? = parameter["name"]
      else { return nil }
      return "\(place) \(name)\(parameter["required"] == true ? "!" : "")"
    }
  }

  private func references(_ value: WireValue) -> [String] {
    switch value {
    case .map(let members):
      members.flatMap { member -> [String] in
        if member.key == "$ref", case .text(let text) = member.value { return [text] }
        return references(member.value)
      }
    case .array(let elements): elements.flatMap(references)
    default: []
    }
  }
}
