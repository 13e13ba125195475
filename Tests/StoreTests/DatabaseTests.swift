internal import Testing

@testable internal import Store

@Suite("A database")
struct DatabaseTests {
  @Test("a reader sees one snapshot of what is committed")
  func snapshot() async throws {
    let database = try Database.notes()
    try await database.add("first")
    let gate = try database.hold()
    database.writeThen { (transaction) throws(StoreError) in
      try transaction.addNote("second")
    } completion: { _ in
    }
    // Not committed yet: the batch is still held.
    #expect(try await database.texts() == ["first"])
    let began = try Doorbell()
    let goOn = try Doorbell()
    async let counts = database.read { (reader) throws(StoreError) -> [Int64?] in
      let before = try reader.first(Int64.self, "SELECT count(*) FROM note")
      began.ring(1)
      goOn.wait()
      return [before, try reader.first(Int64.self, "SELECT count(*) FROM note")]
    }
    began.wait()
    gate.ring(1)
    try await database.add("third")
    #expect(try await database.texts() == ["first", "second", "third"])
    goOn.ring(1)
    #expect(try await counts == [1, 1])
    database.close()
  }

  @Test("a reader cannot change anything")
  func readerIsReadOnly() async throws {
    let database = try Database.notes()
    await #expect(throws: StoreError.readOnly) {
      try await database.read { (reader) throws(StoreError) in
        _ = try reader.first(Int64.self, "INSERT INTO note (text) VALUES ('x') RETURNING id")
      }
    }
    #expect(try await database.texts() == [])
    database.close()
  }

  @Test("gives rows that a change returns, after all its checks")
  func returning() async throws {
    let database = try Database.notes()
    let id = try await database.write { (transaction) throws(StoreError) in
      try transaction.first(
        Int64.self, "INSERT INTO note (text) VALUES ('a'), ('b') RETURNING id")
    }
    #expect(id == 1)
    // SQLite checks foreign keys in the last step of a statement, after its first row.
    await #expect(throws: StoreError.constraint(.init(kind: .foreignKey, name: ""))) {
      try await database.write { (transaction) throws(StoreError) in
        _ = try transaction.first(
          Int64.self, "INSERT INTO note (text, parent) VALUES ('c', 99) RETURNING id")
      }
    }
    #expect(try await database.texts() == ["a", "b"])
    database.close()
  }

  @Test("counts the rows a change touches")
  func changes() async throws {
    let database = try Database.notes()
    let counts = try await database.write { (transaction) throws(StoreError) in
      [
        try transaction.execute("INSERT INTO note (text) VALUES ('a'), ('b'), ('c')"),
        try transaction.execute("UPDATE note SET size = 2 WHERE text > ?1", "a"),
        try transaction.execute("SELECT 1"),
        try transaction.execute("DELETE FROM note", values: []),
      ]
    }
    #expect(counts == [3, 2, 0, 3])
    database.close()
  }

  @Test("refuses work over the limit of its queue, and only that", arguments: [1, 4])
  func overloaded(limit: Int) async throws {
    let database = try Database.notes { $0.queuedWritesMax = limit }
    let gate = try database.hold()
    let answers = Notes<Result<Void, StoreError>>()
    for number in 0...limit {
      database.writeThen { (transaction) throws(StoreError) in
        try transaction.addNote("\(number)")
      } completion: {
        answers.add($0)
      }
    }
    // Answered at once, before the held batch ends.
    try #require(answers.all.count == 1)
    #expect(throws: StoreError.overloaded(limit: limit)) { try answers.all[0].get() }
    gate.ring(1)
    database.close()
    #expect(answers.all.count == limit + 1)
    for answer in answers.all.dropFirst() { #expect(throws: Never.self) { try answer.get() } }
  }

  @Test("refuses reads over the limit of their queue")
  func overloadedReads() async throws {
    let database = try Database.notes {
      $0.readers = 1
      $0.queuedReadsMax = 1
    }
    let entered = try Doorbell()
    let gate = try Doorbell()
    let answers = Notes<Result<Void, StoreError>>()
    for number in 0..<3 {
      database.readThen { (_) throws(StoreError) in
        guard number == 0 else { return }
        entered.ring(1)
        gate.wait()
      } completion: {
        answers.add($0)
      }
      if number == 0 { entered.wait() }
    }
    try #require(answers.all.count == 1)
    #expect(throws: StoreError.overloaded(limit: 1)) { try answers.all[0].get() }
    gate.ring(1)
    database.close()
    #expect(answers.all.count == 3)
  }

  @Test("closing does what is queued, then refuses, and can be repeated")
  func close() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/main.db"
    let database = try Database.notes(at: .file(path))
    let answers = Notes<Result<Void, StoreError>>()
    let gate = try database.hold()
    for number in 0..<2_000 {
      database.writeThen { (transaction) throws(StoreError) in
        try transaction.addNote("\(number)")
      } completion: {
        answers.add($0)
      }
    }
    gate.ring(1)
    database.close()
    database.close()
    #expect(answers.all.count == 2_000)
    await #expect(throws: StoreError.closed) { try await database.add("late") }
    await #expect(throws: Refusal.store(.closed)) {
      try await database.read { (_) throws(Refusal) in }
    }
    // The log was moved into the file and is gone.
    #expect(try Files.status("\(path)-wal") == nil)
    let reopened = try Database.notes(at: .file(path))
    #expect(try await reopened.texts().count == 2_000)
    reopened.close()
  }

  @Test("the last reference stops the threads, also from a closure of the store")
  func dropping() async throws {
    let events = Notes<StoreEvent>()
    let ended = try Doorbell()
    do {
      let database = try Database.notes(observe: {
        events.add($0)
        if case .checkpointed = $0 { ended.ring(1) }
      })
      database.writeThen { (transaction) throws(StoreError) in
        try transaction.addNote("kept")
      } completion: { _ in
        _ = database.queuedWrites
      }
    }
    ended.wait()
    #expect(events.all.count == 2)
  }

  @Test("an ephemeral database goes with its folder")
  func ephemeral() throws {
    let folder = try TemporaryFolder()
    let path: String
    do {
      let file = try DatabaseFile(.ephemeral(in: folder.path))
      path = file.path
      #expect(try Files.status(path)?.mode == 0o600)
    }
    #expect(try Files.status(path) == nil)
    let database = try Database.notes(at: .ephemeral(in: folder.path))
    database.close()
  }

  @Test("its files are for their owner only")
  func fileModes() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/main.db"
    let database = try Database.notes(at: .file(path))
    try await database.add("x")
    for end in ["", "-wal", "-shm"] { #expect(try Files.status(path + end)?.mode == 0o600) }
    database.close()
  }

  @Test("tells when another process has changed it, and only then")
  func foreignVersion() async throws {
    let folder = try TemporaryFolder()
    let place = Database.Place.file("\(folder.path)/main.db")
    let ours = try Database.notes(at: place) { $0.checkpointPages = 1 }
    @Sendable func version() async throws(StoreError) -> Int64 {
      try await ours.write { (transaction) throws(StoreError) in try transaction.foreignVersion() }
    }
    let before = try await version()
    try await ours.add("ours")
    try await ours.add("ours too")
    #expect(try await version() == before)
    let theirs = try Database.notes(at: place)
    #expect(try await version() == before)
    try await theirs.add("theirs")
    let after = try await version()
    #expect(after != before)
    #expect(try await version() == after)
    theirs.close()
    ours.close()
  }

  @Test("a lock of another process is waited for no longer than the limit")
  func busy() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/main.db"
    let database = try Database.notes(at: .file(path)) { $0.busyTimeout = .zero }
    let other = try Session.open(path, for: .writing, .standard)
    try other.beginWriting()
    await #expect(throws: StoreError.busy) { try await database.add("x") }
    await #expect(throws: Refusal.store(.busy)) {
      try await database.write { (_) throws(Refusal) in throw .tooLate }
    }
    #expect(try await database.texts() == [])
    other.rollback()
    try await database.add("y")
    #expect(try await database.texts() == ["y"])
    database.close()
  }

  @Test("its log stays bounded while it grows", arguments: [false, true])
  func logBound(hasReader: Bool) async throws {
    let moves = Notes<StoreEvent.Checkpoint>()
    let database = try Database.notes {
      $0.checkpointPages = 20
      $0.logPagesMax = 40
    } observe: {
      if case .checkpointed(let checkpoint) = $0 { moves.add(checkpoint) }
    }
    for number in 0..<200 {
      if hasReader { _ = try await database.texts() }
      try await database.write { (transaction) throws(StoreError) in
        try transaction.execute(
          "INSERT INTO note (text, body) VALUES (?1, ?2)",
          .text("\(number)"), .blob([UInt8](repeating: 1, count: 8_192)))
      }
    }
    database.close()
    #expect(moves.all.count > 10)
    #expect(moves.all.allSatisfy { $0.pages <= 60 && $0.failure == nil })
  }

  @Test("a long read keeps the log from starting again only as long as it lasts")
  func longRead() async throws {
    let moves = Notes<StoreEvent.Checkpoint>()
    let database = try Database.notes {
      $0.checkpointPages = 10
      $0.logPagesMax = 20
      $0.busyTimeout = .zero
    } observe: {
      if case .checkpointed(let checkpoint) = $0 { moves.add(checkpoint) }
    }
    @Sendable func addMany(_ name: String) async throws(StoreError) {
      for number in 0..<20 {
        try await database.write { (transaction) throws(StoreError) in
          try transaction.execute(
            "INSERT INTO note (text, body) VALUES (?1, ?2)",
            .text("\(name) \(number)"), .blob([UInt8](repeating: 1, count: 8_192)))
        }
      }
    }
    try await addMany("before")
    let began = try Doorbell()
    let goOn = try Doorbell()
    async let counts = database.read { (reader) throws(StoreError) -> [Int64?] in
      let before = try reader.first(Int64.self, "SELECT count(*) FROM note")
      began.ring(1)
      goOn.wait()
      return [before, try reader.first(Int64.self, "SELECT count(*) FROM note")]
    }
    began.wait()
    try await addMany("meanwhile")
    goOn.ring(1)
    #expect(try await counts == [20, 20])
    // The log grew past its limit, because the reader needed it and nobody was made to wait.
    let longest = moves.all.map(\.pages).max() ?? 0
    #expect(longest > 40)
    #expect(moves.all.allSatisfy { $0.failure == nil })
    try await addMany("after")
    try await database.write { (transaction) throws(StoreError) in
      try transaction.addNote("last")
    }
    #expect((moves.all.last?.pages ?? .max) < longest)
    database.close()
  }

  @Test("says what is wrong with its configuration")
  func configuration() {
    #expect(Database.Configuration.standard.problems() == [])
    var wrong = Database.Configuration.standard
    wrong.readers = 0
    wrong.batchMax = 65_537
    wrong.busyTimeout = .seconds(61)
    wrong.logPagesMax = wrong.checkpointPages - 1
    #expect(wrong.problems().count == 4)
  }
}
