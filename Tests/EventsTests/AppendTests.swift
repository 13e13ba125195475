import Contract
import Store
import Testing
import Wire

@testable import Events

@Suite struct AppendTests {
  @Test("events of a stream are numbered from 1 without gaps, whatever other streams do")
  func numbers() async throws {
    let test = try TestLog()
    try await test.append([.sample("run:a"), .sample("run:b"), .sample("run:a")])
    try await test.append([.sample("run:b")])
    try await test.append([.sample("run:a"), .sample("run:c")])
    let events = try await test.events()
    #expect(events.map(\.stream) == ["run:a", "run:b", "run:a", "run:b", "run:a", "run:c"])
    #expect(events.map(\.streamSequence) == [1, 1, 2, 2, 3, 1])
    #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
    #expect(try await test.head(of: "run:a") == 3)
    #expect(try await test.head(of: "run:nobody") == 0)
  }

  @Test("an event is stored with its facts, and its payload knows its number")
  func keepsFacts() async throws {
    let test = try TestLog()
    try await test.append([.sample(), .sample("run:a", type: "run.completed", ["n": 2])])
    let event = try #require(try await test.events().last)
    #expect(event.type == "run.completed" && event.tenant == "o1" && event.project == nil)
    #expect(event.time == Timestamp(milliseconds: 7) && event.correlationID == "c1")
    #expect(event.actor == Party("agent", "main") && event.subject == Party("run", "a"))
    let payload = try WireValue(json: event.payload)
    #expect(payload["seq"] == 2 && payload["payload"] == ["n": 2])
  }

  @Test("an append is gone with its transaction: no event, no number used, no ring")
  func rollsBack() async throws {
    let test = try TestLog()
    try await test.append([.sample()])
    let log = test.log
    await #expect(throws: Fault(.conflict, "changed its mind")) {
      try await test.database.write { (transaction) throws(Fault) in
        try Fault.translating { () throws(StoreError) in
          try log.append([.sample(), .sample("run:b")], in: transaction)
        }
        throw Fault(.conflict, "changed its mind")
      }
    }
    #expect(try await test.events().count == 1)
    #expect(test.rings.all == ["run:a"])
    try await test.append([.sample()])
    #expect(try await test.events().map(\.streamSequence) == [1, 2])
    #expect(try await test.audit().breaks.isEmpty)
  }

  @Test("the doorbell rings once for each stream, after the commit and not before")
  func rings() async throws {
    let test = try TestLog()
    let (log, rings) = (test.log, test.rings)
    let before = try await test.database.write { (transaction) throws(StoreError) in
      try log.append([.sample("run:a"), .sample("run:b"), .sample("run:a")], in: transaction)
      return rings.all
    }
    #expect(before.isEmpty)
    #expect(rings.all.sorted() == ["run:a", "run:b"])
    #expect(Set(test.told.all.map(\.stream)) == ["run:a", "run:b"])
  }

  @Test("appending nothing changes nothing")
  func appendsNothing() async throws {
    let test = try TestLog()
    try await test.append([])
    #expect(try await test.events().isEmpty)
    #expect(test.rings.all.isEmpty && test.told.all.isEmpty)
  }
}
