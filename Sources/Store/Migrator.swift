/// Brings a database to the schema of this binary: all of it or nothing, after a verified copy.
struct Migrator {
  let path: String
  let migrations: [Migration]

  /// Applies the rows that the database does not have yet.
  func run(on session: Session) throws(StoreError) -> Upgrade {
    let before = try pending(in: session)
    guard !before.rows.isEmpty else {
      return Upgrade(from: before.version, to: before.version, copy: nil)
    }
    // Steps may rebuild tables that others refer to; the setting is fixed inside a transaction.
    try session.connection.run("PRAGMA foreign_keys = OFF")
    try session.beginWriting()
    do throws(StoreError) {
      let upgrade = try migrate(session)
      if let failure = session.commit() { throw failure }
      try session.connection.run("PRAGMA foreign_keys = ON")
      return upgrade
    } catch {
      session.rollback()
      throw error
    }
  }

  private func migrate(_ session: Session) throws(StoreError) -> Upgrade {
    // Under the write lock: another process may have migrated in between.
    let (version, rows) = try pending(in: session)
    let copy = try version == 0 ? nil : DatabaseCopy(of: path, version: version).make(from: session)
    if version == 0 { _ = try session.execute(MigrationRecord.createTable, []) }
    for row in rows {
      do throws(StoreError) { try apply(row, to: session) } catch {
        throw .failedMigration(number: row.number, cause: error, copy: copy)
      }
    }
    return Upgrade(from: version, to: rows.last?.number ?? version, copy: copy)
  }

  private func apply(_ row: Migration, to session: Session) throws(StoreError) {
    for statement in row.statements { try session.connection.run(statement.description) }
    try Reader(session).forEach("PRAGMA foreign_key_check") { (found) throws(StoreError) in
      throw .constraint(StoreError.Constraint(kind: .foreignKey, name: try found.text(0)))
    }
    try MigrationRecord(row).insert(into: session)
  }

  /// The highest step applied, 0 for an empty database, and the rows still to be applied.
  private func pending(
    in session: Session
  ) throws(StoreError) -> (version: Int, rows: ArraySlice<Migration>) {
    let reader = Reader(session)
    let tables = try reader.first(Int64.self, "SELECT count(*) FROM sqlite_schema") ?? 0
    guard tables > 0 else { return (0, migrations[...]) }
    guard try reader.first(Int64.self, MigrationRecord.hasTable) == 1 else {
      throw .cannotOpen(path: path, .notOurs)
    }
    let applied = try reader.all(MigrationRecord.self, MigrationRecord.selectAll)
    let known = migrations.last?.number ?? 0
    for (index, record) in applied.enumerated() {
      guard record.number <= known else {
        throw .newerDatabase(found: applied.last?.number ?? record.number, known: known)
      }
      guard MigrationRecord(migrations[index]) == record else {
        throw .changedMigration(number: min(record.number, migrations[index].number))
      }
    }
    return (applied.last?.number ?? 0, migrations[applied.count...])
  }
}

/// A migration that was applied, as the database remembers it.
private struct MigrationRecord: Record, Equatable {
  static let createTable: StaticString = """
    CREATE TABLE schema_migrations (
      number INTEGER PRIMARY KEY, summary TEXT NOT NULL, digest INTEGER NOT NULL) STRICT
    """
  static let hasTable: StaticString =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'"
  static let selectAll: StaticString =
    "SELECT number, digest FROM schema_migrations ORDER BY number"

  let number: Int
  let digest: Int64
  let summary: String

  init(_ row: Migration) {
    number = row.number
    digest = row.digest
    summary = row.summary
  }

  init(row: borrowing Row) throws(StoreError) {
    number = Int(try row.integer(0))
    digest = try row.integer(1)
    summary = ""
  }

  static func == (one: MigrationRecord, other: MigrationRecord) -> Bool {
    one.number == other.number && one.digest == other.digest
  }

  func insert(into session: Session) throws(StoreError) {
    _ = try session.execute(
      "INSERT INTO schema_migrations (number, summary, digest) VALUES (?1, ?2, ?3)",
      [.integer(Int64(number)), .text(summary), .integer(digest)])
  }
}
