internal import Testing

@testable internal import Store

@Suite("Migrations")
struct MigrationTests {
  private let folder: TemporaryFolder
  private var path: String { "\(folder.path)/main.db" }

  init() throws { folder = try TemporaryFolder() }

  private func open(_ migrations: [Migration]) throws(StoreError) -> Database {
    try Database.notes(at: .file(path), migrations: migrations)
  }

  /// Opens with the first schema, adds a note and closes.
  private func makeFirst() async throws {
    let database = try open([noteTable])
    #expect(database.upgrade == Upgrade(from: 0, to: 1, copy: nil))
    try await database.add("kept")
    database.close()
  }

  private static let mark = Migration(
    2, "a mark for each note", "ALTER TABLE note ADD COLUMN mark INTEGER NOT NULL DEFAULT 0",
    "UPDATE note SET mark = 5")

  @Test("a new database takes all rows and no copy is made")
  func fresh() async throws {
    let database = try open([noteTable, Self.mark])
    #expect(database.upgrade == Upgrade(from: 0, to: 2, copy: nil))
    database.close()
    let again = try open([noteTable, Self.mark])
    #expect(again.upgrade == Upgrade(from: 2, to: 2, copy: nil))
    again.close()
  }

  @Test("a later row is applied after a copy that holds the database as it was")
  func upgrade() async throws {
    try await makeFirst()
    let database = try open([noteTable, Self.mark])
    let copy = "\(path).version-1"
    #expect(database.upgrade == Upgrade(from: 1, to: 2, copy: copy))
    let mark = try await database.read { (reader) throws(StoreError) in
      try reader.first(Int64.self, "SELECT mark FROM note")
    }
    #expect(mark == 5)
    database.close()
    #expect(try Files.status(copy)?.mode == 0o600)
    #expect(try Files.status("\(copy).partial") == nil)
    // The copy opens with the schema that it has.
    let before = try Database.notes(at: .file(copy), migrations: [noteTable])
    #expect(before.upgrade == Upgrade(from: 1, to: 1, copy: nil))
    #expect(try await before.texts() == ["kept"])
    before.close()
  }

  @Test("a failing row changes nothing and names the copy")
  func failing() async throws {
    try await makeFirst()
    let wrong = Migration(3, "wrong", "CREATE TABLE fine (id INTEGER) STRICT", "CREATE TABEL x")
    let error = #expect(throws: StoreError.self) { try open([noteTable, Self.mark, wrong]) }
    guard case .failedMigration(3, .misuse, "\(path).version-1")? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let database = try open([noteTable])
    #expect(database.upgrade == Upgrade(from: 1, to: 1, copy: nil))
    #expect(try await database.texts() == ["kept"])
    database.close()
  }

  @Test("a failing row on a new database leaves it new")
  func failingFresh() throws {
    let wrong = Migration(1, "wrong", "CREATE TABLE fine (id INTEGER) STRICT", "CREATE TABEL x")
    let error = #expect(throws: StoreError.self) { try open([wrong]) }
    guard case .failedMigration(1, .misuse, nil)? = error else { throw Refusal.tooLate }
    let database = try open([noteTable])
    #expect(database.upgrade.from == 0)
    database.close()
  }

  @Test("rows that others refer to cannot be lost by a step")
  func foreignKeys() async throws {
    try await makeFirst()
    let child = Migration(
      2, "child", "CREATE TABLE child (note INTEGER NOT NULL REFERENCES note (id)) STRICT",
      "INSERT INTO child VALUES (1)")
    let loss = Migration(3, "loss", "DELETE FROM note")
    let constraint = StoreError.Constraint(kind: .foreignKey, name: "child")
    let copy = "\(path).version-1"
    let expected = StoreError.failedMigration(
      number: 3, cause: .constraint(constraint), copy: copy)
    #expect(throws: expected) { try open([noteTable, child, loss]) }
    // A table that others refer to can be rebuilt.
    let rebuild = Migration(
      3, "rebuild", "CREATE TABLE other (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
      "INSERT INTO other SELECT id, text FROM note", "DROP TABLE note",
      "ALTER TABLE other RENAME TO note")
    let database = try open([noteTable, child, rebuild])
    #expect(try await database.texts() == ["kept"])
    // Foreign keys are enforced again.
    await #expect(throws: StoreError.constraint(.init(kind: .foreignKey, name: ""))) {
      try await database.write { (transaction) throws(StoreError) in
        _ = try transaction.execute("DELETE FROM note")
      }
    }
    database.close()
  }

  @Test("a database with rows that this binary does not know is refused")
  func newer() async throws {
    try open([noteTable, Self.mark, Migration(7, "seventh", "SELECT 1")]).close()
    #expect(throws: StoreError.newerDatabase(found: 7, known: 2)) {
      try open([noteTable, Self.mark])
    }
    #expect(throws: StoreError.newerDatabase(found: 7, known: 0)) { try open([]) }
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let migrations: [Migration]
    let number: Int
  }

  static let changes = [
    Change(
      testDescription: "another text under a number",
      migrations: [noteTable, Migration(2, "a mark for each note", "SELECT 1")], number: 2),
    Change(
      testDescription: "a row put between applied ones",
      migrations: [Migration(0, "zeroth", "SELECT 1"), noteTable, mark], number: 0),
    Change(
      testDescription: "a row gone", migrations: [noteTable, Migration(3, "third", "SELECT 1")],
      number: 2),
  ]

  @Test("rows that were applied cannot be changed", arguments: changes)
  func changed(_ change: Change) throws {
    try open([noteTable, Self.mark]).close()
    #expect(throws: StoreError.changedMigration(number: change.number)) {
      try Migrator(path: path, migrations: change.migrations)
        .run(on: Session.open(path, for: .writing, .standard))
    }
    #expect(try Files.status("\(path).version-2") == nil)
  }

  @Test("a summary can be put in other words")
  func summary() throws {
    try open([noteTable, Migration(2, "one", "SELECT 1")]).close()
    let database = try open([noteTable, Migration(2, "other", "SELECT 1")])
    #expect(database.upgrade == Upgrade(from: 2, to: 2, copy: nil))
    database.close()
  }

  @Test("a database of another program is left alone")
  func foreign() throws {
    let session = try Session.open(
      DatabaseFile(.file(path)).path, for: .writing, .standard)
    _ = try session.execute("CREATE TABLE theirs (id INTEGER)", [])
    #expect(throws: StoreError.cannotOpen(path: path, .notOurs)) { try open([noteTable]) }
  }

  @Test("a file that is no database is corrupt")
  func noDatabase() throws {
    let file = try OpenFile.open(path, for: .keeping)
    try file.replace(with: Array(repeating: 0x41, count: 8_192), path)
    #expect(throws: StoreError.corrupt) { try open([noteTable]) }
  }

  @Test("a damaged database is not migrated and no copy is left")
  func damaged() async throws {
    let database = try open([noteTable])
    for number in 0..<2_000 { try await database.add("note number \(number)") }
    database.close()
    let file = try OpenFile.open(path, for: .keeping)
    var bytes = try file.content(bytesMax: 1 << 24, path)
    for index in 8_192..<(bytes.count - 4_096) { bytes[index] = 0x5a }
    try file.replace(with: bytes, path)
    #expect(throws: StoreError.corrupt) { try open([noteTable, Self.mark]) }
    #expect(try Files.status("\(path).version-1") == nil)
    #expect(try Files.status("\(path).version-1.partial") == nil)
  }

  @Test("a copy that was left half made is made anew")
  func halfCopy() async throws {
    try await makeFirst()
    let partial = "\(path).version-1.partial"
    try OpenFile.open(partial, for: .keeping).replace(with: [1, 2, 3], partial)
    let database = try open([noteTable, Self.mark])
    #expect(database.upgrade.copy == "\(path).version-1")
    #expect(try Files.status(partial) == nil)
    database.close()
  }

  @Test("a table with a quote in its name is counted")
  func quotedTable() async throws {
    try open([Migration(1, "quoted", "CREATE TABLE \"a \"\"b\"\"\" (id INTEGER) STRICT")]).close()
    let rows = [
      Migration(1, "quoted", "CREATE TABLE \"a \"\"b\"\"\" (id INTEGER) STRICT"),
      Migration(2, "second", "SELECT 1"),
    ]
    let database = try open(rows)
    #expect(database.upgrade.copy != nil)
    database.close()
  }

  @Test(
    "numbers rise from 1",
    arguments: [([1, 2, 5], 0), ([0, 1], 1), ([1, 1], 1), ([3, 2, 1], 2), ([], 0)])
  func problems(numbers: [Int], count: Int) {
    let rows = numbers.map { Migration($0, "row", "SELECT 1") }
    #expect(Migration.problems(rows).count == count)
  }
}
