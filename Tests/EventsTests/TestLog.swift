import Contract
import Store
import Wire

@testable import Events

/// A log in a database of its own, and what its doorbell rang.
struct TestLog {
  let database: Database
  let rings = Notes<String>()
  let told = Notes<LoggedEvent>()
  let log: EventLog

  init() throws {
    database = try Database(
      at: .ephemeral(in: "/tmp"), migrations: EventMigrations.all + EventMigrations.later,
      configuration: .standard,
      monotonic: { 0 }, observe: { _ in })
    let (doorbell, rings, told) = (Doorbell(), rings, told)
    doorbell.listen { rings.add($0) }
    log = EventLog(doorbell: doorbell, observe: { told.add($0) })
  }

  func append(_ drafts: [EventDraft]) async throws {
    let log = log
    try await database.write { (transaction) throws(StoreError) in
      try log.append(drafts, in: transaction)
    }
  }

  /// Changes what lies in the store, as nobody should.
  func damage(_ statements: [StaticString]) async throws {
    try await database.write { (transaction) throws(StoreError) in
      for statement in statements { try transaction.execute(statement) }
    }
  }

  /// Every event, in the order of the log.
  func events() async throws -> [Event] {
    try await database.read { (reader) throws(StoreError) in
      try reader.all(Event.self, Event.afterSequence, .integer(0), .integer(10_000))
    }
  }

  func head(of stream: String) async throws -> Int64 {
    try await database.read { (reader) throws(StoreError) in
      try EventLog.head(of: stream, in: reader)
    }
  }

  func items(
    after position: Int64 = 0, limit: Int = 100, filter: EventFilter
  ) async throws -> [StreamItem] {
    try await database.read { (reader) throws(StoreError) in
      try EventLog.items(
        of: "run:a", after: position, limit: limit, filter: filter, in: reader)
    }
  }

  func count(_ filter: EventFilter) async throws -> Int64 {
    try await database.read { (reader) throws(StoreError) in
      try EventLog.count(of: "run:a", filter: filter, in: reader)
    }
  }

  /// The log, walked to its end.
  func audit() async throws -> ChainAudit {
    try await database.read { (reader) throws(StoreError) in
      var audit = ChainAudit()
      while try audit.step(reader) {}
      try audit.finish(reader)
      return audit
    }
  }
}

extension EventDraft {
  /// An event of a test, numbered like those of runs.
  static func sample(
    _ stream: String = "run:a", type: String = "run.started", _ payload: WireValue = ["n": 1]
  ) -> EventDraft {
    EventDraft(
      stream: stream, tenant: "o1", project: nil, type: type, time: Timestamp(milliseconds: 7),
      actor: Party("agent", "main"), subject: Party("run", "a"), correlationID: "c1",
      open: payload
    ) { number, payload in
      [
        "seq": .integer(number), "type": .text(type), "payload": payload.value,
        "redaction": ["contains_secrets": .bool(payload.hadSecrets)],
      ] as WireValue
    }
  }
}
