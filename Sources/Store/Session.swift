/// One connection with its statements and its open transaction: what transactions and readers
/// work on.
///
/// It stays with one thread at a time.
package final class Session {
  /// How the changes of the current write of a batch can be taken back.
  private enum Undo {
    /// No write is under way.
    case none
    /// The write has changed nothing yet; a savepoint comes before its first change.
    case guarded
    /// A savepoint stands before its first change.
    case savepoint
    /// With the whole transaction, which then has to run again.
    case together
  }

  /// What became of one write of a batch.
  enum WriteEnd {
    /// Its changes are in the transaction.
    case kept
    /// It is taken back: because it wants to be, or for this reason.
    case undone(StoreError?)
    /// It cannot be taken back alone.
    case spoiled
  }

  /// The statements that open and close transactions, compiled once.
  private struct Control: ~Copyable {
    let beginReading: SQLiteStatement
    let beginWriting: SQLiteStatement
    let commit: SQLiteStatement
    let rollback: SQLiteStatement
    let guardWrite: SQLiteStatement
    let keepWrite: SQLiteStatement
    let undoWrite: SQLiteStatement

    static func prepare(
      on connection: borrowing SQLiteConnection
    ) throws(StoreError) -> Control {
      Control(
        beginReading: try connection.prepare("BEGIN"),
        beginWriting: try connection.prepare("BEGIN IMMEDIATE"),
        commit: try connection.prepare("COMMIT"),
        rollback: try connection.prepare("ROLLBACK"),
        guardWrite: try connection.prepare("SAVEPOINT one_write"),
        keepWrite: try connection.prepare("RELEASE one_write"),
        undoWrite: try connection.prepare("ROLLBACK TO one_write"))
    }
  }

  let connection: SQLiteConnection
  /// Why the open transaction cannot be committed any more.
  private(set) var loss: StoreError?
  private let control: Control
  private var statements: StatementCache
  private var isInTransaction = false
  private var undo = Undo.none
  private var changesBefore = 0
  private var actions: [@Sendable () -> Void] = []
  private var actionsBefore = 0
  private var closings: [Closing] = []

  /// What is to be done once at the end of a transaction.
  private struct Closing {
    let name: StaticString
    let body: @Sendable (borrowing Transaction) throws(StoreError) -> Void
  }

  init(_ connection: consuming SQLiteConnection, statementsMax: Int) throws(StoreError) {
    control = try .prepare(on: connection)
    self.connection = connection
    statements = StatementCache(limit: statementsMax)
  }

  /// The statements kept compiled.
  var cachedStatements: Int { statements.count }

  /// Runs a statement to its end; gives the rows it changed.
  func execute(_ sql: StaticString, _ values: [SQLValue]) throws(StoreError) -> Int {
    var isChange = false
    try run(sql, values) { (prepared) throws(StoreError) in
      isChange = !prepared.statement.isReadOnly
      while try prepared.statement.step(on: connection) {}
    }
    return isChange ? connection.changes : 0
  }

  /// Gives rows to `body` until it answers false.
  func forEach(
    _ sql: StaticString,
    _ values: [SQLValue],
    _ body: (borrowing Row) throws(StoreError) -> Bool,
  ) throws(StoreError) {
    try run(sql, values) { (prepared) throws(StoreError) in
      let row = Row(prepared)
      while try prepared.statement.step(on: connection) {
        if try body(row) { continue }
        // A change runs to its end even so: SQLite checks foreign keys in its last step.
        guard !prepared.statement.isReadOnly else { return }
        while try prepared.statement.step(on: connection) {}
        return
      }
    }
  }

  private func run(
    _ sql: StaticString,
    _ values: [SQLValue],
    _ body: (PreparedStatement) throws(StoreError) -> Void,
  ) throws(StoreError) {
    if let loss { throw loss }
    let prepared = try statements.statement(for: sql, on: connection)
    guard values.count == prepared.statement.parameters else {
      throw .misuse("\(values.count) values for \(prepared.statement.parameters) parameters")
    }
    if undo == .guarded && !prepared.statement.isReadOnly {
      try run(control.guardWrite)
      undo = .savepoint
    }
    prepared.isBusy = true
    defer {
      prepared.statement.reset()
      prepared.isBusy = false
    }
    do throws(StoreError) {
      try prepared.statement.bind(values, on: connection)
      try body(prepared)
    } catch {
      // A full disk or a lack of memory can make SQLite end the transaction; going on would
      // commit each later statement by itself.
      if isInTransaction && connection.isAutocommit { loss = error }
      throw error
    }
  }

  private func run(_ statement: borrowing SQLiteStatement) throws(StoreError) {
    defer { statement.rewind() }
    _ = try statement.step(on: connection)
  }
}

extension Session {
  /// Starts a transaction that holds the write lock.
  func beginWriting() throws(StoreError) {
    try endLeftover()
    try run(control.beginWriting)
    isInTransaction = true
  }

  /// Starts the transaction once more, without the changes it had; a failure loses it.
  func beginAgain() {
    rollback()
    do throws(StoreError) { try beginWriting() } catch { loss = error }
  }

  /// Starts a transaction over the snapshot of its first statement.
  func beginReading() throws(StoreError) {
    try endLeftover()
    try run(control.beginReading)
    isInTransaction = true
  }

  /// Starts one write of the batch, which can be taken back alone when it is guarded.
  ///
  /// A savepoint costs a copy of every page that the write changes, and hardly any write is taken
  /// back after its first change.
  func beginWrite(isGuarded: Bool) {
    undo = isGuarded ? .guarded : .together
    changesBefore = connection.totalChanges
    actionsBefore = actions.count
  }

  /// Ends the current write.
  func endWrite(keeping: Bool) -> WriteEnd {
    defer { undo = .none }
    let hasChanged = connection.totalChanges != changesBefore
    let violates = keeping && hasChanged && connection.hasUnresolvedForeignKeys
    do throws(StoreError) {
      if keeping && !violates {
        if undo == .savepoint { try run(control.keepWrite) }
        return .kept
      }
      actions.removeSubrange(actionsBefore...)
      if loss == nil && undo == .together && hasChanged { return .spoiled }
      if loss == nil && undo == .savepoint {
        try run(control.undoWrite)
        try run(control.keepWrite)
      }
      return .undone(
        violates ? .constraint(StoreError.Constraint(kind: .foreignKey, name: "")) : nil)
    } catch {
      loss = loss ?? error
      return .undone(error)
    }
  }

  /// Ends the transaction, waiting for the disk; gives why nothing of it was kept.
  func commit() -> StoreError? {
    do throws(StoreError) {
      for closing in closings { try closing.body(Transaction(self)) }
      closings.removeAll(keepingCapacity: true)
      if let loss { throw loss }
      try run(control.commit)
      isInTransaction = false
      return nil
    } catch {
      rollback()
      return error
    }
  }

  /// Ends the transaction without keeping its changes.
  func rollback() {
    isInTransaction = false
    loss = nil
    actions.removeAll()
    closings.removeAll()
    do throws(StoreError) { try endLeftover() } catch {
      // The next transaction tries again before it begins, and its callers get the reason.
    }
  }

  /// Ends what SQLite has not ended by itself.
  private func endLeftover() throws(StoreError) {
    if !connection.isAutocommit { try run(control.rollback) }
  }

  /// What is to run after the commit, in the order of the writes.
  func takeActions() -> [@Sendable () -> Void] {
    defer { actions.removeAll(keepingCapacity: true) }
    return actions
  }

  func afterCommit(_ action: @escaping @Sendable () -> Void) {
    actions.append(action)
  }

  func beforeCommit(
    once name: StaticString,
    _ body: @escaping @Sendable (borrowing Transaction) throws(StoreError) -> Void,
  ) {
    // SAFETY: only the addresses are compared: one text of the program stands in one place.
    let isKnown = closings.contains { unsafe $0.name.utf8Start == name.utf8Start }
    if !isKnown { closings.append(Closing(name: name, body: body)) }
  }
}
