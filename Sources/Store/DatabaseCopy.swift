/// The copy that is made beside a database before its schema changes.
struct DatabaseCopy {
  private let path: String
  private let target: String

  /// A copy of the database at `path` that names the schema it has.
  init(of path: String, version: Int) {
    self.path = path
    target = "\(path).version-\(version)"
  }

  /// Copies the database and proves the copy; gives its path.
  ///
  /// `session` holds the write lock and has changed nothing yet, so what is committed stays as it
  /// is; SQLite copies from a second connection, since the first is in a transaction.
  func make(from session: Session) throws(StoreError) -> String {
    guard try Reader(session).first(String.self, "PRAGMA quick_check(1)") == "ok" else {
      throw .corrupt
    }
    let partial = "\(target).partial"
    do throws(StoreError) {
      try Files.remove(partial)
      let file = try OpenFile.open(partial, for: .making(.owner))
      try fill(partial)
      try prove(partial, against: session)
      try file.synchronize(partial)
    } catch {
      // The copy is of no use; the reason why is what the operator needs.
      do throws(StoreError) { try Files.remove(partial) } catch {
        // What stays is removed when the next copy begins.
      }
      throw error
    }
    try Files.rename(partial, to: target)
    try Files.synchronizeFolder(of: target)
    return target
  }

  private func fill(_ partial: String) throws(StoreError) {
    let source = try SQLiteConnection.open(path)
    let copy = try SQLiteConnection.open(partial)
    try source.copy(to: copy)
    // The copy is one file from here on, also when it is read.
    try copy.run("PRAGMA journal_mode = DELETE")
  }

  private func prove(_ partial: String, against session: Session) throws(StoreError) {
    let copy = try Session(SQLiteConnection.open(partial), statementsMax: 8)
    let isSound = try Reader(copy).first(String.self, "PRAGMA integrity_check(1)") == "ok"
    let hasAllRows = try rowCounts(copy) == rowCounts(session)
    guard isSound && hasAllRows else {
      throw .copyDiffers(path: partial)
    }
  }

  /// The rows of each table.
  private func rowCounts(_ session: Session) throws(StoreError) -> [String: Int64] {
    let tables = try Reader(session).all(
      String.self, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    var counts: [String: Int64] = [:]
    for table in tables {
      let name = table.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"")
      let count = try session.connection.prepare("SELECT count(*) FROM \"\(name)\"")
      _ = try count.step(on: session.connection)
      counts[table] = count.integer(0)
    }
    return counts
  }
}
