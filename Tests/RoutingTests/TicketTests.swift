import Contract
import Testing

@testable import Routing

struct TicketTests {
  private static let scope = "org_id=o1&user_id=u1"
  private static let path = "/api/runs/r/stream?\(scope)"

  @Test("a ticket opens one stream, with the scope in the query")
  func opensOnce() async throws {
    let client = try TestClient()
    var last: LastRequest?
    let first = await client.ask("GET", "\(Self.path)&ticket=once", [], body: [], after: &last)
    #expect(first.status == 200 && first.principal?.id == "ticket")
    // The same head on the same connection must not be let in by what is remembered of it.
    let second = await client.ask("GET", "\(Self.path)&ticket=once", [], body: [], after: &last)
    #expect(second.status == 401 && client.clerk.ran == ["Watch"])
  }

  // swift-format-ignore
  static let rows: [(path: String, fields: [(String, String)], status: Int)] = [
    ("\(path)&ticket=never",                 [],             401),
    ("\(path)&ticket=",                      [],             401),
    ("\(path)&ticket=once&ticket=once",      [],             400),
    ("/api/runs/r/stream?ticket=once",       [],             400),
    ("\(path)&ticket=once",                  TestClient.all, 400),
    ("/api/runs/r?\(scope)&ticket=once",     [],             401),
  ]

  @Test("what is no ticket, or has none where it counts, is refused", arguments: rows)
  func refuses(_ row: (path: String, fields: [(String, String)], status: Int)) async throws {
    let client = try TestClient()
    #expect(await client.ask("GET", row.path, row.fields).status == row.status)
    #expect(client.clerk.ran.isEmpty)
  }
}
