internal import Synchronization
internal import Testing

@testable internal import Store

@Suite("Writes that share a transaction")
struct BatchTests {
  @Test("are done in queue order, see each other, and are answered in that order")
  func order() async throws {
    let commits = Notes<StoreEvent>()
    let database = try Database.notes(observe: commits.add)
    let answers = Notes<Int64>()
    let gate = try database.hold()
    for number in 0..<50 {
      database.writeThen { (transaction) throws(StoreError) -> Int64 in
        try transaction.addNote("\(number)")
        return try transaction.first(Int64.self, "SELECT count(*) FROM note") ?? 0
      } completion: { result in
        if case .success(let count) = result { answers.add(count) }
      }
    }
    #expect(database.queuedWrites == 50)
    gate.ring(1)
    database.close()
    #expect(answers.all == Array(1...50))
    // The first write held the writer; all others joined its transaction.
    let batches = commits.all.compactMap { event in
      if case .committed(let commit) = event { commit } else { nil }
    }
    #expect(batches.map(\.writes) == [51])
    #expect(batches.map(\.failure) == [nil])
    #expect(batches.map(\.commitNanoseconds) == [1])
  }

  @Test("are split at the batch limit", arguments: [(9, [10]), (10, [10, 1])])
  func batchLimit(queued: Int, batches: [Int]) throws {
    let commits = Notes<Int>()
    let database = try Database.notes {
      $0.batchMax = 10
    } observe: {
      if case .committed(let commit) = $0 { commits.add(commit.writes) }
    }
    let gate = try database.hold()
    for number in 0..<queued {
      database.writeThen { (transaction) throws(StoreError) in
        try transaction.addNote("\(number)")
      } completion: { _ in
      }
    }
    gate.ring(1)
    database.close()
    #expect(commits.all == batches)
  }

  @Test("a refusal takes back its own changes and actions only")
  func refusal() async throws {
    let folder = try TemporaryFolder()
    let events = Notes<StoreEvent>()
    let database = try Database.notes(at: .file("\(folder.path)/main.db"), observe: events.add)
    let answers = Notes<Result<Int, Refusal>>()
    let actions = Notes<Int>()
    let gate = try database.hold()
    for number in 0..<9 {
      database.writeThen { (transaction) throws(Refusal) -> Int in
        transaction.afterCommit { actions.add(number) }
        // A refusal before the first change, and one after it.
        if number % 3 == 1 { throw .tooLate }
        try Refusal.translating { () throws(StoreError) in try transaction.addNote("\(number)") }
        if number % 3 == 2 { throw .tooLate }
        return number
      } completion: {
        answers.add($0)
      }
    }
    gate.ring(1)
    database.close()
    #expect(answers.all.map { (try? $0.get()) ?? -1 } == [0, -1, -1, 3, -1, -1, 6, -1, -1])
    #expect(actions.all == [0, 3, 6])
    let reopened = try Database.notes(at: .file("\(folder.path)/main.db"))
    #expect(try await reopened.texts() == ["0", "3", "6"])
    reopened.close()
    guard case .committed(let commit)? = events.all.first else { throw Refusal.tooLate }
    #expect(commit.writes == 10)
    #expect(commit.refused == 6)
  }

  @Test("actions run after the commit, in order, before any caller is answered")
  func afterCommit() throws {
    let database = try Database.notes()
    let notes = Notes<String>()
    let gate = try database.hold()
    for number in 0..<3 {
      database.writeThen { (transaction) throws(StoreError) in
        transaction.afterCommit { notes.add("action \(number)a") }
        try transaction.addNote("\(number)")
        transaction.afterCommit { notes.add("action \(number)b") }
      } completion: { _ in
        notes.add("answer \(number)")
      }
    }
    gate.ring(1)
    database.close()
    #expect(
      notes.all == [
        "action 0a", "action 0b", "action 1a", "action 1b", "action 2a", "action 2b",
        "answer 0", "answer 1", "answer 2",
      ])
  }

  @Test("a change that broke a constraint can be caught and the write goes on")
  func caughtConstraint() async throws {
    let database = try Database.notes()
    try await database.add("one")
    let found = try await database.write { (transaction) throws(StoreError) -> String in
      try transaction.addNote("before")
      do throws(StoreError) {
        try transaction.addNote("one")
        return "none"
      } catch .constraint(let constraint) {
        try transaction.addNote("after")
        return constraint.name
      }
    }
    #expect(found == "note.text")
    #expect(try await database.texts() == ["one", "before", "after"])
    database.close()
  }

  @Test("a deferred foreign key left broken refuses its own write only")
  func deferredForeignKey() async throws {
    let child = Migration(
      2, "children",
      """
      CREATE TABLE child (
        id INTEGER PRIMARY KEY,
        note INTEGER NOT NULL REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED
      ) STRICT
      """)
    let database = try Database.notes(migrations: [noteTable, child])
    let answers = Notes<Result<Void, StoreError>>()
    let gate = try database.hold()
    for note in [7, 8] {
      database.writeThen { (transaction) throws(StoreError) in
        try transaction.execute("INSERT INTO child (note) VALUES (?1)", .integer(Int64(note)))
        guard note == 7 else { return }
        try transaction.execute("INSERT INTO note (id, text) VALUES (7, 'seven')")
      } completion: {
        answers.add($0)
      }
    }
    gate.ring(1)
    try await database.add("last")
    #expect(throws: Never.self) { try answers.all[0].get() }
    let broken = StoreError.Constraint(kind: .foreignKey, name: "")
    #expect(throws: StoreError.constraint(broken)) { try answers.all[1].get() }
    #expect(try await database.texts() == ["seven", "last"])
    database.close()
  }

  @Test("when the disk is full nobody is told that it was kept, and the next write works")
  func full() async throws {
    let database = try Database.notes { $0.pagesMax = 40 }
    let answers = Notes<Result<Void, StoreError>>()
    let actions = Notes<Int>()
    let gate = try database.hold()
    for (number, size) in [10, 400_000, 10].enumerated() {
      database.writeThen { (transaction) throws(StoreError) in
        transaction.afterCommit { actions.add(number) }
        try transaction.execute(
          "INSERT INTO note (text, body) VALUES (?1, ?2)",
          .text("\(number)"), .blob([UInt8](repeating: 1, count: size)))
      } completion: {
        answers.add($0)
      }
    }
    gate.ring(1)
    try await database.add("after")
    let kept = answers.all.map { if case .success = $0 { true } else { false } }
    #expect(kept.count == 3)
    #expect(kept[1] == false)
    #expect(throws: StoreError.full) { try answers.all[1].get() }
    // What was answered as kept is there, and nothing else.
    let expected = zip(["0", "1", "2"], kept).filter(\.1).map(\.0) + ["after"]
    #expect(try await database.texts() == expected)
    #expect(actions.all.map(String.init) + ["after"] == expected)
    database.close()
  }

  @Test("a body that swallows a lost transaction is not told that it was kept")
  func swallowedLoss() async throws {
    let database = try Database.notes { $0.pagesMax = 40 }
    await #expect(throws: StoreError.full) {
      try await database.write { (transaction) throws(StoreError) in
        do throws(StoreError) {
          try transaction.execute(
            "INSERT INTO note (text, body) VALUES ('big', ?1)",
            .blob([UInt8](repeating: 1, count: 400_000)))
        } catch {
          try transaction.addNote("instead")
        }
      }
    }
    #expect(try await database.texts() == [])
    database.close()
  }

  @Test("10,000 concurrent writes are all kept, each once")
  func many() async throws {
    let database = try Database.notes()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<10_000 { group.addTask { try await database.add("\(number)") } }
      try await group.waitForAll()
    }
    #expect(Set(try await database.texts()) == Set((0..<10_000).map(String.init)))
    #expect(try await database.texts().count == 10_000)
    database.close()
  }

  @Test("a cancelled task still learns the truth about its write")
  func cancellation() async throws {
    let database = try Database.notes()
    let gate = try database.hold()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await database.add("kept") }
      group.cancelAll()
      gate.ring(1)
      try await group.waitForAll()
    }
    #expect(try await database.texts() == ["kept"])
    database.close()
  }
}
