import Contract
import Testing
import Wire

@testable import Events
@testable import Store

@Suite struct UpgradeTests {
  /// Events as an earlier version wrote them: two of one stream, one of another, in the order of
  /// their streams' names or not, and one whose stream is not listed.
  private static let written: [(stream: String, sequence: Int64)] = [
    ("run:b", 1), ("run:a", 1), ("run:b", 2), ("run:lost", 1),
  ]

  @Test("a log that was found by its streams' names is found by their numbers, and holds")
  func upgrades() async throws {
    let database = try Database(
      at: .ephemeral(in: "/tmp"), migrations: EventMigrations.all, configuration: .standard,
      monotonic: { 0 }, observe: { _ in })
    try await write(to: database)
    try await database.write { (transaction) throws(StoreError) in
      for statement in EventMigrations.later.flatMap(\.statements) {
        try transaction.execute(statement)
      }
    }
    let audit = try await database.read { (reader) throws(StoreError) in
      var audit = ChainAudit()
      while try audit.step(reader) {}
      try audit.finish(reader)
      return audit
    }
    #expect(audit.events == Self.written.count)
    #expect(audit.breaks.map(\.reason) == [.unlisted])
    let filter = try #require(EventFilter(types: []))
    for (stream, count) in [("run:a", 1), ("run:b", 2), ("run:lost", 0)] {
      let items = try await database.read { (reader) throws(StoreError) in
        try EventLog.items(of: stream, after: 0, limit: 10, filter: filter, in: reader)
      }
      #expect(items.map(\.sequence) == (0..<count).map { Int64($0 + 1) })
    }
    let log = EventLog(doorbell: Doorbell(), observe: nil)
    try await database.write { (transaction) throws(StoreError) in
      try log.append([.sample("run:b"), .sample("run:c")], in: transaction)
    }
    let head = try await database.read { (reader) throws(StoreError) in
      try EventLog.head(of: "run:b", in: reader)
    }
    #expect(head == 3)
  }

  private func write(to database: Database) async throws {
    try await database.write { (transaction) throws(StoreError) in
      var hashes: [String: [UInt8]] = [:]
      for (stream, sequence) in Self.written {
        let empty = StoredJSON(encoding: [:] as WireValue)
        let previous = hashes[stream] ?? HashedFacts.origin
        let hash = HashedFacts(
          stream: stream, streamSequence: sequence, tenant: "o1", project: nil, type: "t",
          time: Timestamp(milliseconds: 7), actor: Party("a", "b"), subject: Party("c", "d"),
          correlationID: nil, payload: empty, privacy: empty
        ).hash(after: previous)
        hashes[stream] = hash
        try transaction.execute(
          """
          INSERT INTO event_log (stream, stream_seq, tenant_id, type, ts, actor_kind, actor_id,
            subject_kind, subject_id, payload, privacy, prev_hash, hash)
          VALUES (?1, ?2, 'o1', 't', 7, 'a', 'b', 'c', 'd', '{}', '{}', ?3, ?4)
          """, .text(stream), .integer(sequence), .blob(previous), .blob(hash))
        guard stream != "run:lost" else { continue }
        try transaction.execute(
          """
          INSERT INTO event_streams (stream, head, hash) VALUES (?1, ?2, ?3)
          ON CONFLICT (stream) DO UPDATE SET head = excluded.head, hash = excluded.hash
          """, .text(stream), .integer(sequence), .blob(hash))
      }
    }
  }
}
