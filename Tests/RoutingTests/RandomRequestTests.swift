import Contract
import Testing

@testable import Routing

struct RandomRequestTests {
  private static let seed: UInt64 = 7_316_210_477

  // swift-format-ignore
  private static let scraps = [
    "/", "//", "api", "runs", "v1", "health", "stream", "cancel", "users", "me", "%", "%2", "%2F", "%2e", "%41", "%C3%A9", "%ff", "?", "&", "=", "+", "#",
    ".", "..", ";", ",", "*", "*/*", "q=", "q=0.5", "q=1.0000", "application/json", "application/cbor", "text/markdown", "text/event-stream", "\"", "\\",
    "Bearer ", "bearer", "all", "bound", "stored", "o1", "u1", " ", "\t", "\u{0}", "\r\n", "é", "\u{1F600}", "charset=utf-8", "{}", "{\"name\":", "a", "0", "-1",
  ]
  private static let names = [
    "accept", "content-type", "content-length", "authorization", "x-org-id", "x-user-id",
    "x-project-id", "x-workspace-id", "idempotency-key", "x-correlation-id", "cookie", "",
  ]
  private static let methods = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "",
  ]
  private static let paths = Clerk.methods.map(\.description.path.description) + ["*", ""]

  @Test("50,000 random requests are each answered whole, and never with a fault of ours")
  func answersEverything() async throws {
    let client = try TestClient()
    var random = SeededRandom(seed: Self.seed)
    var last: LastRequest?
    for number in 0..<50_000 {
      let request = Self.request(&random)
      _ = client.interface.preview(request.head, after: last)
      let response = await client.interface.respond(to: request, after: &last).response()
      let isSound =
        response["x-correlation-id"] != nil
        && (response.status < 500 || response.status == 503
          || client.interface.name(ofRoute: response.route).hasSuffix("Refuse"))
        && (response.status < 400 || response["vary"] == "Accept")
        && response.fields.entries.allSatisfy { entry in
          response.fields.bytes[entry.value].allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        }
      #expect(isSound, "seed \(Self.seed), request \(number)")
    }
  }

  private static func request(_ random: inout SeededRandom) -> Request {
    var path = random.below(4) == 0 ? "" : paths[random.below(paths.count)]
    path += text(&random, atMost: 3)
    let fields = (0..<random.below(6)).map { _ in
      (names[random.below(names.count)], text(&random, atMost: 6))
    }
    let usual = random.below(2) == 0 ? TestClient.all : []
    return Request(
      head: TestClient.head(methods[random.below(methods.count)], path, fields + usual),
      body: Array(text(&random, atMost: 3).utf8))
  }

  private static func text(_ random: inout SeededRandom, atMost parts: Int) -> String {
    (0..<random.below(parts + 1)).map { _ in scraps[random.below(scraps.count)] }.joined()
  }
}
