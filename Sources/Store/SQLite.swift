// The fence around libsqlite3: nothing else in this module sees its symbols or its result codes.
private import CSQLite

/// One connection to a database file, confined to one thread at a time, closed when it goes.
@safe
struct SQLiteConnection: ~Copyable {
  private let pointer: OpaquePointer
  private let log: LogLength

  /// Opens the file, which must exist; an empty file is an empty database.
  static func open(_ path: String) throws(StoreError) -> SQLiteConnection {
    guard isConfigured else { throw .misuse("SQLite was in use before the store") }
    var made: OpaquePointer?
    // No mutex: each connection is reached through one lock of ours (`Confined`).
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    // SAFETY: SQLite copies the path and writes `made`, which this call owns.
    let code = unsafe sqlite3_open_v2(path, &made, flags, nil)
    // SAFETY: a null pointer means that SQLite had no memory for the connection.
    guard let pointer = unsafe made else { throw .outOfMemory }
    // SAFETY: the pointer was made above and goes to one owner, which closes it.
    let connection = unsafe SQLiteConnection(pointer: pointer, log: LogLength(of: pointer))
    guard code == SQLITE_OK else {
      // SAFETY: the connection is open until `connection` goes at the end of this scope.
      let number = unsafe sqlite3_system_errno(pointer)
      throw .cannotOpen(path: path, OpenFailure(errno: number))
    }
    return connection
  }

  /// Whether statistics of memory are off, which cost every allocation a lock that all connections
  /// share: 8 % of the writer's time.
  ///
  /// False when SQLite was started by somebody else, with its own settings.
  private static let isConfigured = sqlite3_config_without_memory_statistics() == SQLITE_OK

  private init(pointer: OpaquePointer, log: consuming LogLength) {
    // SAFETY: `open` hands over a live connection that nobody else closes.
    unsafe self.pointer = unsafe pointer
    self.log = log
  }

  deinit {
    // SAFETY: this value is the only owner; close_v2 waits for statements still to be finalized.
    _ = unsafe sqlite3_close_v2(pointer)
  }

  /// Whether no transaction is open; SQLite also ends one by itself after some failures.
  var isAutocommit: Bool {
    // SAFETY: `pointer` is open as long as this value lives.
    unsafe sqlite3_get_autocommit(pointer) != 0
  }

  /// Whether the file was opened for reading alone.
  var isReadOnly: Bool {
    // SAFETY: `pointer` is open as long as this value lives.
    unsafe sqlite3_db_readonly(pointer, "main") != 0
  }

  /// Pages in the write-ahead log after the last commit of this connection.
  var logPages: Int { log.pages }

  /// The rows that the last statement inserted, updated or deleted.
  var changes: Int {
    // SAFETY: `pointer` is open as long as this value lives.
    Int(unsafe sqlite3_changes64(pointer))
  }

  /// The rows that all statements since the opening inserted, updated or deleted.
  var totalChanges: Int {
    // SAFETY: `pointer` is open as long as this value lives.
    Int(unsafe sqlite3_total_changes64(pointer))
  }

  /// Whether rows of the open transaction still break a deferred foreign key.
  var hasUnresolvedForeignKeys: Bool {
    var current: Int32 = 0
    var highest: Int32 = 0
    // SAFETY: both numbers outlive the call, and `pointer` is open.
    let code = unsafe sqlite3_db_status(
      pointer, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
    return code != SQLITE_OK || current != 0
  }

  /// Makes SQLite wait this long for locks of other connections.
  borrowing func waitForLocks(_ milliseconds: Int32) throws(StoreError) {
    // SAFETY: `pointer` is open as long as this value lives.
    try check(unsafe sqlite3_busy_timeout(pointer, milliseconds))
  }

  /// Runs all statements of `script`, ignoring their rows.
  borrowing func run(_ script: String) throws(StoreError) {
    // SAFETY: SQLite reads the text before it returns and calls nothing back.
    try check(unsafe sqlite3_exec(pointer, script, nil, nil, nil))
  }

  /// Compiles the one statement in `sql`, to be run many times.
  borrowing func prepare(_ sql: String) throws(StoreError) -> SQLiteStatement {
    var made: OpaquePointer?
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    // SAFETY: SQLite copies the text and writes `made`; the connection outlives its statements.
    try check(unsafe sqlite3_prepare_v3(pointer, sql, -1, flags, &made, nil))
    // SAFETY: a null statement means that the text holds none.
    guard let statement = unsafe made else { throw .misuse("no statement") }
    // SAFETY: the statement was made above and goes to one owner, which finalizes it.
    return unsafe SQLiteStatement(statement)
  }

  /// How far a checkpoint goes.
  enum CheckpointMode {
    /// Moves what no reader needs, beside readers and writers.
    case moving
    /// Moves everything, waiting for readers: the next write starts the log again.
    case restarting
    /// As `restarting`, and the log's file is cut to nothing.
    case emptying
  }

  /// Moves the log into the database file; gives its pages and those moved.
  borrowing func checkpoint(
    _ mode: CheckpointMode
  ) throws(StoreError) -> (pages: Int, moved: Int) {
    var pages: Int32 = 0
    var moved: Int32 = 0
    let mode =
      switch mode {
      case .moving: SQLITE_CHECKPOINT_PASSIVE
      case .restarting: SQLITE_CHECKPOINT_RESTART
      case .emptying: SQLITE_CHECKPOINT_TRUNCATE
      }
    // SAFETY: both numbers outlive the call; a null name means every attached database.
    let code = unsafe sqlite3_wal_checkpoint_v2(pointer, nil, mode, &pages, &moved)
    // Readers that stay longer than the busy timeout leave pages for the next attempt.
    try check(code, allowing: [SQLITE_BUSY])
    return (Int(max(pages, 0)), Int(max(moved, 0)))
  }

  /// Writes the committed content of this connection over the database of `target`.
  borrowing func copy(to target: borrowing SQLiteConnection) throws(StoreError) {
    // SAFETY: both connections are open until this function returns.
    guard let backup = unsafe sqlite3_backup_init(target.pointer, "main", pointer, "main") else {
      throw target.failure(SQLITE_ERROR)
    }
    // SAFETY: `backup` is live until it is finished two lines below.
    let step = unsafe sqlite3_backup_step(backup, -1)
    // SAFETY: finished once, on the only path.
    let finish = unsafe sqlite3_backup_finish(backup)
    try target.check(step, allowing: [SQLITE_DONE])
    try target.check(finish)
  }

  /// Throws what `code` means, unless it says success.
  @discardableResult
  fileprivate borrowing func check(
    _ code: Int32,
    allowing allowed: [Int32] = [],
  ) throws(StoreError) -> Int32 {
    guard code == SQLITE_OK || allowed.contains(code) else { throw failure(code) }
    return code
  }

  /// The error for a result code of this connection.
  fileprivate borrowing func failure(_ code: Int32) -> StoreError {
    // Read before any other call: SQLite 3.40 keeps no copy of it when a commit fails.
    let number = SystemFailure.last
    // SAFETY: `pointer` is open, and the message is copied before any other call can change it.
    let message = unsafe String(cString: sqlite3_errmsg(pointer))
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: return .busy
    case SQLITE_FULL: return .full
    case SQLITE_READONLY, SQLITE_PERM: return .readOnly
    case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt
    case SQLITE_CONSTRAINT: return .constraint(StoreError.Constraint(code, message))
    case SQLITE_TOOBIG: return .tooBig
    case SQLITE_NOMEM: return .outOfMemory
    case SQLITE_IOERR: return SystemFailure.isFull(number) ? .full : .inputOutput(code: code)
    case SQLITE_CANTOPEN:
      // SAFETY: `pointer` is open as long as this value lives.
      return SystemFailure.isFull(unsafe sqlite3_system_errno(pointer))
        ? .full : .inputOutput(code: code)
    default: return .misuse(message)
    }
  }
}

/// The length of the log, at an address that SQLite writes after each commit.
@safe
private struct LogLength: ~Copyable {
  private let address: UnsafeMutablePointer<Int32>

  init(of connection: OpaquePointer) {
    // SAFETY: allocated and initialized here, freed in `deinit`.
    unsafe address = .allocate(capacity: 1)
    unsafe address.initialize(to: 0)
    // SAFETY: the connection's owner holds this value too and closes the connection before this
    // value goes, so the address outlives every call.
    _ = unsafe sqlite3_wal_hook(
      connection,
      { context, _, _, pages in
        // SAFETY: the context is the address given below, which has room for this number.
        unsafe context?.storeBytes(of: pages, as: Int32.self)
        return SQLITE_OK
      },
      address)
  }

  deinit {
    // SAFETY: allocated in `init` and freed only here.
    unsafe address.deallocate()
  }

  var pages: Int {
    // SAFETY: the address lives as long as this value.
    Int(unsafe address.pointee)
  }
}

/// One compiled statement, finalized when it goes.
@safe
struct SQLiteStatement: ~Copyable {
  private let pointer: OpaquePointer
  private var bound = BoundBytes()
  /// Whether running it cannot change the database.
  let isReadOnly: Bool
  /// The highest parameter number in its text.
  let parameters: Int

  fileprivate init(_ pointer: OpaquePointer) {
    // SAFETY: `prepare` hands over a live statement that nobody else finalizes.
    unsafe self.pointer = unsafe pointer
    // SAFETY: the statement is live.
    isReadOnly = unsafe sqlite3_stmt_readonly(pointer) != 0
    parameters = Int(unsafe sqlite3_bind_parameter_count(pointer))
  }

  deinit {
    // SAFETY: this value is the only owner. The code repeats the failure of the last step.
    _ = unsafe sqlite3_finalize(pointer)
  }

  /// Gives all parameters their values; text and bytes are held by the statement until it is reset,
  /// where SQLite reads them.
  mutating func bind(
    _ values: [SQLValue],
    on connection: borrowing SQLiteConnection,
  ) throws(StoreError) {
    bound.prepare(for: values)
    for (place, value) in values.enumerated() {
      let index = Int32(truncatingIfNeeded: place + 1)
      let code: Int32
      // SAFETY: the statement is live, and what is held stays in place until it is reset.
      switch value {
      case .null: code = unsafe sqlite3_bind_null(pointer, index)
      case .integer(let integer): code = unsafe sqlite3_bind_int64(pointer, index, integer)
      case .real(let real) where real.isNaN: throw .misuse("SQLite has no NaN")
      // SAFETY: as above.
      case .real(let real): code = unsafe sqlite3_bind_double(pointer, index, real)
      case .text(let text):
        // SAFETY: as above.
        let held = unsafe bound.hold(text)
        code = unsafe sqlite3_bind_text_held(pointer, index, held.baseAddress, UInt64(held.count))
      case .blob(let bytes):
        // SAFETY: as above.
        let held = unsafe bound.hold(bytes)
        code = unsafe sqlite3_bind_blob_held(pointer, index, held.baseAddress, UInt64(held.count))
      }
      try connection.check(code)
    }
  }

  /// Runs to the next row; false when there is none.
  borrowing func step(on connection: borrowing SQLiteConnection) throws(StoreError) -> Bool {
    // SAFETY: the statement is live.
    switch unsafe sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw connection.failure(code)
    }
  }

  /// Makes the statement ready to run again.
  borrowing func rewind() {
    // SAFETY: the statement is live; the code of a reset repeats the last step's.
    _ = unsafe sqlite3_reset(pointer)
  }

  /// Makes the statement ready to run again and lets go of its values.
  mutating func reset() {
    rewind()
    // SAFETY: as above; clearing cannot fail.
    _ = unsafe sqlite3_clear_bindings(pointer)
    bound.release()
  }

  /// The kind of value in a column of the row under the cursor; NULL outside of the row.
  borrowing func kind(of column: Int) -> StoreError.ColumnKind {
    // SAFETY: the statement is live, and SQLite answers NULL for a column that is not there.
    switch unsafe sqlite3_column_type(pointer, Int32(truncatingIfNeeded: column)) {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .real
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  /// The integer in a column.
  borrowing func integer(_ column: Int) -> Int64 {
    // SAFETY: the statement is live.
    unsafe sqlite3_column_int64(pointer, Int32(truncatingIfNeeded: column))
  }

  /// The number in a column.
  borrowing func real(_ column: Int) -> Double {
    // SAFETY: the statement is live.
    unsafe sqlite3_column_double(pointer, Int32(truncatingIfNeeded: column))
  }

  /// The text in a column, nil when it is not UTF-8.
  borrowing func text(_ column: Int) -> String? {
    // SAFETY: the text is validated and copied before the buffer goes.
    unsafe withBuffer(column) { unsafe String(validating: $0, as: UTF8.self) }
  }

  /// The bytes of a text or blob.
  borrowing func bytes(_ column: Int) -> [UInt8] {
    // SAFETY: the bytes are copied before the buffer goes.
    unsafe withBuffer(column) { unsafe [UInt8]($0) }
  }

  /// What `body` makes of the bytes of a text or blob.
  borrowing func withBytes<T>(_ column: Int, _ body: (Span<UInt8>) -> T) -> T {
    // SAFETY: the span cannot leave `body`, and the buffer lives as long as that runs.
    unsafe withBuffer(column) { unsafe body($0.span) }
  }

  private borrowing func withBuffer<T>(
    _ column: Int,
    _ body: (UnsafeBufferPointer<UInt8>) -> T,
  ) -> T {
    let index = Int32(truncatingIfNeeded: column)
    // SAFETY: the bytes stay in place until the statement is stepped, reset or read as another
    // kind, which no `body` above can do. The count is asked for after the pointer, as it must.
    let start = unsafe sqlite3_column_blob(pointer, index)
    let count = Int(unsafe sqlite3_column_bytes(pointer, index))
    // SAFETY: as above; a null pointer stands for no bytes.
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    // SAFETY: bytes are bound to no other type.
    return unsafe bytes.withMemoryRebound(to: UInt8.self, body)
  }
}

extension StoreError.Constraint {
  /// The constraint that SQLite's message names: after a colon, or as the last word.
  fileprivate init(_ code: Int32, _ message: String) {
    kind =
      switch code {
      case sqlite_constraint_check: .check
      case sqlite_constraint_foreign_key: .foreignKey
      case sqlite_constraint_not_null: .notNull
      case sqlite_constraint_primary_key, sqlite_constraint_row_id: .primaryKey
      case sqlite_constraint_trigger: .trigger
      case sqlite_constraint_unique: .unique
      default: .type
      }
    name =
      switch kind {
      case .foreignKey: ""
      case .trigger: message
      case .type: message.split(separator: " ").last.map(String.init) ?? ""
      case .check, .notNull, .primaryKey, .unique:
        message.firstIndex(of: ":").map { String(message[$0...].dropFirst(2)) } ?? ""
      }
  }
}
