import Contract
import Testing
import Wire

@testable import Routing

struct WebSocketTests {
  private func open(
    _ client: TestClient, _ path: String, _ fields: [(String, String)],
    kind: String = "websocket"
  ) async -> Response {
    await client.ask(
      "CONNECT", path, [(":protocol", kind), ("sec-websocket-version", "13")] + fields)
  }

  @Test("a stream opens in the subprotocol that is asked for", arguments: [nil, "switchyard.cbor"])
  func opens(_ name: String?) async throws {
    let client = try TestClient()
    let asked = name.map { [("sec-websocket-protocol", $0)] } ?? []
    let response = await open(client, "/api/runs/r/stream", TestClient.all + asked)
    #expect(response.status == 200 && response["sec-websocket-protocol"] == name)
    #expect(response["content-type"] == nil && response["content-length"] == nil)
    guard case .feed(_, .webSocket(let format)) = response.body else {
      Issue.record("no feed")
      return
    }
    #expect(format == (name == nil ? .json : .cbor))
    let over = await open(client, "/api/runs/over/stream", TestClient.all)
    #expect(over.status == 200 && over.bytes == [0x88, 2, 3, 0xe8])
  }

  // swift-format-ignore
  static let refused: [(path: String, kind: String, fields: [(String, String)], status: Int)] = [
    ("/api/runs/r/stream",       "websocket",   [],                                                    401),
    ("/api/runs/r/stream",       "websocket",   [("authorization", "Bearer all")],                     400),
    ("/api/runs/r/stream",       "websocket",   TestClient.all + [("sec-websocket-version", "8")],     400),
    ("/api/runs/r/stream",       "websocket",   TestClient.all + [("sec-websocket-protocol", "chat")], 406),
    ("/api/runs/r/stream",       "connect-udp", TestClient.all,                                        501),
    ("/api/runs/nowhere/stream", "websocket",   TestClient.all,                                        404),
    ("/api/runs/r",              "websocket",   TestClient.all,                                        405),
    ("/no/such/path",            "websocket",   TestClient.all,                                        404),
  ]

  @Test("what cannot be opened is refused as over HTTP", arguments: refused)
  func refuses(
    _ row: (path: String, kind: String, fields: [(String, String)], status: Int)
  ) async throws {
    let response = await open(try TestClient(), row.path, row.fields, kind: row.kind)
    #expect(response.status == row.status && response.code != nil)
  }
}
