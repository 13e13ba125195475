internal import Testing

@testable internal import Store

@Suite("Values and rows")
struct RowTests {
  /// A session on a new file, closed with the test.
  private func session(_ folder: TemporaryFolder, statementsMax: Int = 16) throws -> Session {
    var configuration = Database.Configuration.standard
    configuration.statementsMax = statementsMax
    return try Session.open(
      DatabaseFile(.file("\(folder.path)/main.db")).path, for: .writing, configuration)
  }

  struct Value: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let value: SQLValue

    init(_ description: String, _ value: SQLValue) {
      testDescription = description
      self.value = value
    }
  }

  // swift-format-ignore
  static let values = [
    Value("NULL", .null),
    Value("zero", 0),
    Value("minus one", -1),
    Value("least integer", .integer(.min)),
    Value("greatest integer", .integer(.max)),
    Value("fraction", .real(0.1)),
    Value("infinity", .real(-.infinity)),
    Value("greatest number", .real(.greatestFiniteMagnitude)),
    Value("least number", .real(.leastNonzeroMagnitude)),
    Value("empty text", ""),
    Value("text inside its word", "fifteen bytes.."),
    Value("text on the heap", "sixteen bytes..."),
    Value("text beyond ASCII", "grün 🦆"),
    Value("text with zeros", "with\0zero\0"),
    Value("text of a zero", "\0"),
    Value("long text", .text(String(repeating: "ü", count: 1 << 20))),
    Value("empty blob", .blob([])),
    Value("blob of a zero", .blob([0])),
    Value("blob that is no text", .blob([0xff, 0x00, 0x80])),
    Value("long blob", .blob([UInt8](repeating: 0xa5, count: 3 << 20))),
  ]

  @Test("come back as they went in", arguments: values)
  func roundTrip(_ row: Value) throws {
    let value = row.value
    let folder = try TemporaryFolder()
    let session = try session(folder)
    _ = try session.execute("CREATE TABLE cell (value ANY) STRICT", [])
    _ = try session.execute("INSERT INTO cell VALUES (?1)", [value])
    var read: SQLValue?
    try Reader(session).forEach("SELECT value, NULL FROM cell") { (row) throws(StoreError) in
      let isNull = (row.isNull(0), row.isNull(1))
      #expect(isNull == (value == .null, true))
      switch value {
      case .null:
        let integer = try row.optionalInteger(0)
        let real = try row.optionalReal(0)
        let text = try row.optionalText(0)
        let blob = try row.optionalBlob(0)
        read = integer == nil && real == nil && text == nil && blob == nil ? .null : nil
      case .integer: read = .integer(try row.integer(0))
      case .real: read = .real(try row.real(0))
      case .text(let text):
        let bytes = try row.textBytes(0)
        let count = row.withBytes(0) { $0.count }
        #expect(bytes == Array(text.utf8))
        #expect(count == text.utf8.count)
        read = .text(try row.text(0))
      case .blob(let bytes):
        let first = row.withBytes(0) { $0.isEmpty ? nil : $0[0] }
        #expect(first == bytes.first)
        read = .blob(try row.blob(0))
      }
    }
    #expect(read == value, "\(row.testDescription)")
  }

  @Test("NaN is refused, as SQLite would store NULL in its place")
  func notANumber() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    #expect(throws: StoreError.self) { try session.execute("SELECT ?1", [.real(.nan)]) }
  }

  @Test(
    "a value of another kind is unreadable, never converted",
    arguments: [
      ("'1'", StoreError.ColumnKind.integer), ("1.0", .integer), ("NULL", .integer),
      ("1", .real), ("1", .text), ("x'31'", .text), ("x'ff'", .text), ("'1'", .blob),
    ])
  func unreadable(literal: String, kind: StoreError.ColumnKind) throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    try session.connection.run("CREATE TABLE cell AS SELECT \(literal) AS value")
    #expect(throws: StoreError.unreadable(column: 0, expected: kind)) {
      try Reader(session).forEach("SELECT value FROM cell") { (row) throws(StoreError) in
        switch kind {
        case .integer: _ = try row.integer(0)
        case .real: _ = try row.real(0)
        case .text: _ = try row.text(0)
        case .blob: _ = try row.blob(0)
        case .null: break
        }
      }
    }
  }

  @Test("text that is not UTF-8 is unreadable, and its bytes are not")
  func invalidText() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    try Reader(session).forEach("SELECT CAST(x'61ff' AS TEXT)") { (row) throws(StoreError) in
      let bytes = try row.textBytes(0)
      #expect(bytes == [0x61, 0xff])
    }
  }

  @Test("a column that is not there is unreadable", arguments: [1, 2_000_000, -1])
  func missingColumn(_ column: Int) throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    #expect(throws: StoreError.unreadable(column: column, expected: .integer)) {
      try Reader(session).forEach("SELECT 1") { (row) throws(StoreError) in
        _ = try row.integer(column)
      }
    }
  }

  @Test("wrong statements are misuse", arguments: ["wrong text", "too few", "too many", "empty"])
  func misuse(_ name: String) throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let error = #expect(throws: StoreError.self) {
      switch name {
      case "wrong text": _ = try session.execute("SELEKT 1", [])
      case "too few": _ = try session.execute("SELECT ?1, ?2", [1])
      case "too many": _ = try session.execute("SELECT ?1", [1, 2])
      default: _ = try session.execute("", [])
      }
    }
    guard case .misuse? = error else { throw Refusal.tooLate }
  }

  @Test("the cache keeps the statements used last, up to its limit")
  func cacheLimit() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder, statementsMax: 2)
    let first: StaticString = "SELECT 1"
    let statements: [StaticString] = [first, "SELECT 2", "SELECT 3", first, "SELECT 4"]
    for (index, sql) in statements.enumerated() {
      #expect(try Reader(session).first(Int64.self, sql) != nil)
      #expect(session.cachedStatements == min(index + 1, 2))
    }
  }

  @Test("a statement can run inside a loop over its own rows")
  func nested() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let sql: StaticString = "VALUES (1), (2), (3)"
    var sums: [Int64] = []
    try Reader(session).forEach(sql) { (outer) throws(StoreError) in
      let base = try outer.integer(0) * 10
      try Reader(session).forEach(sql) { (inner) throws(StoreError) in
        sums.append(base + (try inner.integer(0)))
      }
    }
    #expect(sums == [11, 12, 13, 21, 22, 23, 31, 32, 33])
    #expect(session.cachedStatements == 1)
  }
}

@Suite("Constraints")
struct ConstraintTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sql: StaticString
    let constraint: StoreError.Constraint

    init(
      _ description: String, _ sql: StaticString, _ kind: StoreError.Constraint.Kind, _ name: String
    ) {
      testDescription = description
      self.sql = sql
      constraint = StoreError.Constraint(kind: kind, name: name)
    }
  }

  // swift-format-ignore
  static let rows = [
    Row("unique", "INSERT INTO note (text) VALUES ('taken')", .unique, "note.text"),
    Row("primary key", "INSERT INTO note (id, text) VALUES (1, 'x')", .primaryKey, "note.id"),
    Row("check", "INSERT INTO note (text, size) VALUES ('x', 0)", .check, "size_is_positive"),
    Row("not null", "INSERT INTO note (text) VALUES (NULL)", .notNull, "note.text"),
    Row("foreign key", "INSERT INTO note (text, parent) VALUES ('x', 9)", .foreignKey, ""),
    Row("type", "INSERT INTO note (text, size) VALUES ('x', 'y')", .type, "note.size"),
    Row("trigger", "DELETE FROM note", .trigger, "notes stay"),
  ]

  @Test("are told by kind and name, and change nothing", arguments: rows)
  func constraint(_ row: Row) async throws {
    let trigger = Migration(
      2, "notes stay",
      "CREATE TRIGGER stay BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'notes stay'); END")
    let database = try Database.notes(migrations: [noteTable, trigger])
    try await database.add("taken")
    await #expect(throws: Refusal.store(.constraint(row.constraint))) {
      try await database.write { (transaction) throws(Refusal) in
        _ = try Refusal.translating { () throws(StoreError) in try transaction.execute(row.sql) }
      }
    }
    #expect(try await database.texts() == ["taken"])
    database.close()
  }
}
