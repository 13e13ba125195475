import Contract
import Wire

@testable import Gateway

/// The domain of the server: it greets, at once or later, and tells events.
struct Greeter: Sendable {
  static let eventCount: Int64 = 1000

  /// How many calls that wait have been cancelled.
  let cancelled = Counter()

  static let methods: [Method<Greeter>] = [
    Method(
      inline: "test.v1.Greeter/Greet", .get, "/greeting", zone: .root, summary: "Greets.",
      permission: nil
    ) { (_, _: NoInput, _) throws(Fault) -> WireValue in ["greeting": "hello"] },
    Method(
      task: "test.v1.Greeter/Later", .get, "/later", zone: .root, summary: "Greets later.",
      permission: nil
    ) { (_, _: NoInput, _) async throws(Fault) -> Answer<WireValue> in
      await Task.yield()
      return Answer(["greeting": "at last"])
    },
    Method(
      task: "test.v1.Greeter/Never", .get, "/never", zone: .root, summary: "Waits to be cancelled.",
      permission: nil
    ) { (greeter, _: NoInput, _) async throws(Fault) -> Answer<WireValue> in
      while !Task.isCancelled { await Task.yield() }
      greeter.cancelled.add()
      return Answer(["greeting": "never"])
    },
    Method(
      change: "test.v1.Greeter/Elsewhere", .post, "/elsewhere", zone: .root,
      summary: "Greets from another thread.", permission: nil, answer: WireValue.self
    ) { (_, _: NoInput, _, completion) throws(Fault) in
      // Not a task: the pool's threads may all be blocked by clients that wait for this.
      do throws(SystemError) {
        try SystemThread.detach(name: "greeter") {
          completion(.success(ChangeAnswer(["greeting": "from afar"] as WireValue)))
        }
      } catch {
        throw Fault(.unavailable, "no thread")
      }
    },
    Method(
      feed: "test.v1.Greeter/Watch", "/events", zone: .root, summary: "Tells events.",
      of: WireValue.self,
      permission: nil
    ) { (_, _: NoInput, _) async throws(Fault) -> FeedReply in
      plan("run:a", FakeSource(count: eventCount, isFinished: true, pageMax: 256))
    },
    Method(
      feed: "test.v1.Greeter/WatchOn", "/events/on", zone: .root,
      summary: "Tells events, and waits.", of: WireValue.self, permission: nil
    ) { (_, _: NoInput, _) async throws(Fault) -> FeedReply in
      plan("run:b", FakeSource(count: 1, isFinished: false))
    },
  ]

  /// The organisation whose streams all of these are.
  static let tenant = "org_1"

  private static func plan(_ stream: String, _ source: FakeSource) -> FeedReply {
    .open(
      FeedPlan(
        topic: FeedTopic(stream: stream, filter: ""), source: source, tenant: tenant,
        position: 0, greeting: StoredJSON(encoding: "hello"), eventName: "run.event"))
  }
}
