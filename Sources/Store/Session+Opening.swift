extension Session {
  /// What a connection is for.
  enum Role {
    case writing, reading
  }

  /// Opens the file with every setting said; the file must exist.
  static func open(
    _ path: String,
    for role: Role,
    _ configuration: Database.Configuration,
  ) throws(StoreError) -> Session {
    let connection = try SQLiteConnection.open(path)
    try connection.waitForLocks(Int32(configuration.busyTimeout / .milliseconds(1)))
    // SQLite falls back to reading alone when the file cannot be written.
    if role == .writing && connection.isReadOnly { throw .readOnly }
    // A file system without shared memory keeps another journal and does not complain.
    guard try connection.prepare("PRAGMA journal_mode = WAL").stepsTo("wal", connection) else {
      throw .cannotOpen(path: path, .noWriteAheadLog)
    }
    try connection.run(settings(for: role, configuration))
    return try Session(connection, statementsMax: configuration.statementsMax)
  }

  /// The settings of a connection, without memory mapping: a failing disk would end the process by
  /// a signal instead of an error.
  ///
  /// `wal_autocheckpoint` is off, because the connection counts the log itself.
  private static func settings(
    for role: Role,
    _ configuration: Database.Configuration,
  ) -> String {
    """
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA mmap_size = 0;
    PRAGMA cache_size = -\(configuration.cacheKibibytes);
    PRAGMA journal_size_limit = \(configuration.logPagesMax * 4_096);
    PRAGMA max_page_count = \(configuration.pagesMax ?? 1_073_741_823);
    PRAGMA query_only = \(role == .reading ? "ON" : "OFF");
    """
  }
}

extension SQLiteStatement {
  /// Whether the first column of its first row is `text`.
  fileprivate borrowing func stepsTo(
    _ expected: String,
    _ connection: borrowing SQLiteConnection,
  ) throws(StoreError) -> Bool {
    defer { rewind() }
    return try step(on: connection) && text(0) == expected
  }
}
