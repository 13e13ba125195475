import Contract
import Testing
import Wire

@testable import Routing

struct FeedTests {
  // swift-format-ignore
  static let rows: [(accept: String?, format: FeedFormat, type: String)] = [
    (nil, .eventStream, "text/event-stream"), ("*/*", .eventStream, "text/event-stream"), ("text/event-stream", .eventStream, "text/event-stream"),
    ("application/cbor-seq", .cborSequence, "application/cbor-seq"), ("application/*", .cborSequence, "application/cbor-seq"),
    ("application/json-seq", .jsonSequence, "application/json-seq"),
    ("text/event-stream;q=0.5, application/cbor-seq", .cborSequence, "application/cbor-seq"),
  ]

  @Test("a feed opens in the format that is asked for", arguments: rows)
  func opens(_ row: (accept: String?, format: FeedFormat, type: String)) async throws {
    let fields = TestClient.all + (row.accept.map { [("accept", $0)] } ?? [])
    let response = try await TestClient().ask("GET", "/api/runs/r/stream", fields)
    #expect(response.status == 200)
    #expect(response["content-type"] == row.type)
    #expect(response["vary"] == "Accept")
    #expect(response["cache-control"] == "no-store")
    #expect(response["x-accel-buffering"] == "no")
    #expect(response["content-length"] == nil)
    guard case .feed(let plan, let format) = response.body else {
      Issue.record("no feed")
      return
    }
    #expect(format == row.format)
    #expect(plan.topic.stream == "s")
  }

  @Test(
    "a feed is not one answer",
    arguments: ["application/json", "application/cbor", "text/markdown"])
  func isNotUnary(_ accept: String) async throws {
    let client = try TestClient()
    let response = await client.ask(
      "GET", "/api/runs/r/stream", TestClient.all + [("accept", accept)])
    #expect(response.status == 406)
    #expect(response["content-type"]?.hasPrefix(accept) == true)
    #expect(client.clerk.ran.isEmpty)
  }

  @Test(
    "one answer is not a feed",
    arguments: ["text/event-stream", "application/cbor-seq", "application/json-seq"])
  func unaryIsNoFeed(_ accept: String) async throws {
    let response = try await TestClient().ask("GET", "/health", [("accept", accept)])
    #expect(response.status == 406)
  }

  @Test("a subscriber that names two places is refused")
  func namesTwoPlaces() async throws {
    let twice = [("last-event-id", "3"), ("last-event-id", "18")]
    let response = try await TestClient().ask(
      "GET", "/api/runs/r/stream", TestClient.all + twice)
    #expect(response.status == 400)
    #expect(response.value?["error"]?["details"]?["field"] == .text("last-event-id"))
  }

  @Test("a feed that is over answers 204, so that its subscriber stops")
  func endsWithNothing() async throws {
    let response = try await TestClient().ask("GET", "/api/runs/over/stream", TestClient.all)
    #expect(response.status == 204)
    #expect(response.fieldNames == ["cache-control", "vary", "x-correlation-id"])
  }

  // swift-format-ignore
  static let refusals: [(accept: String, type: String)] = [
    ("text/event-stream", "application/json"), ("application/cbor-seq", "application/cbor"),
    ("application/json-seq", "application/json"),
    ("text/event-stream, text/markdown", "application/json"),
  ]

  @Test("a feed that does not open is refused in a format its client reads", arguments: refusals)
  func refusesReadably(_ row: (accept: String, type: String)) async throws {
    let response = try await TestClient().ask(
      "GET", "/api/runs/nowhere/stream", TestClient.all + [("accept", row.accept)])
    #expect(response.status == 404)
    #expect(response["content-type"] == row.type)
    #expect(response.code == "NOT_FOUND")
  }
}
