import Contract
import Testing
import Wire

@testable import Routing

/// A row whose verb has no body takes one where the row says so, and only there.
struct DeleteBodyTests {
  private static func interface() throws -> Interface {
    let row = Method<Int>(
      inline: "sample.v1.Bodies/Delete", .delete, "/bodies", zone: .root, summary: "Deletes.",
      permission: nil
    ) { (_, order: Order, _) throws(Fault) -> WireValue in order.wireValue() }
    return try Interface(
      routes: [Route(row.withBody(), on: 0)],
      services: InterfaceServices(
        authenticator: SampleAuthenticator(), tickets: SampleTickets(),
        identifiers: CountingIdentifiers(), clock: HandClock(), isReady: { true }, digest: { $0 }),
      limits: InterfaceLimits())
  }

  // swift-format-ignore
  static let requests: [(path: String, type: String?, body: String, status: Int)] = [
    ("/bodies",         "application/json", #"{"name":"x"}"#, 200),
    ("/bodies",         "application/json", #"{"name":"#,     400),
    ("/bodies",         "text/plain",       #"{"name":"x"}"#, 415),
    ("/bodies",         nil,                #"{"name":"x"}"#, 415),
    ("/bodies?name=x",  "application/json", #"{"name":"x"}"#, 400),
  ]

  @Test("the body is the input", arguments: requests)
  func reads(_ row: (path: String, type: String?, body: String, status: Int)) async throws {
    let fields = row.type.map { [("content-type", $0)] } ?? []
    let request = Request(
      head: TestClient.head("DELETE", row.path, fields), body: Array(row.body.utf8))
    var last: LastRequest?
    let response = try await Self.interface().respond(to: request, after: &last).response()
    #expect(response.status == row.status)
  }
}
