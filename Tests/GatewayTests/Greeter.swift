import Contract
import Wire

/// The domain of the server: it greets, at once or later, and tells events.
struct Greeter: Sendable {
  static let eventCount: Int64 = 1000

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
      feed: "test.v1.Greeter/Watch", "/events", zone: .root, summary: "Tells events.", of: .open,
      permission: nil
    ) { (_, _: NoInput, _) async throws(Fault) -> FeedReply in
      .open(
        FeedPlan(
          topic: FeedTopic(stream: "run:a", filter: ""),
          source: FakeSource(count: eventCount, isFinished: true, pageMax: 256), position: 0,
          greeting: StoredJSON(encoding: "hello"), eventName: "run.event"))
    },
  ]
}
