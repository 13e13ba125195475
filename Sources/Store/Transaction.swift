/// The inside of one write: it reads and changes rows, and all of it is kept or none.
///
/// It shares its disk transaction with the other writes of its batch, whose changes it sees in
/// queue order; a write that throws takes back its own changes only. It changes rows: a change of
/// the schema is a migration, and would not be seen as one to take back.
package struct Transaction: Querying, ~Copyable {
  package let session: Session

  package init(_ session: Session) { self.session = session }

  /// Runs a statement and gives the number of rows it inserted, updated or deleted.
  @discardableResult
  package borrowing func execute(
    _ sql: StaticString,
    _ values: SQLValue...,
  ) throws(StoreError) -> Int {
    try session.execute(sql, values)
  }

  /// Runs a statement with values made elsewhere; gives the number of rows changed.
  @discardableResult
  package borrowing func execute(
    _ sql: StaticString,
    values: [SQLValue],
  ) throws(StoreError) -> Int {
    try session.execute(sql, values)
  }

  /// Has `action` run on the writer's thread once this write is on disk and before its caller
  /// learns so; dropped when the write is not kept.
  ///
  /// Actions run in the order of the writes.
  package borrowing func afterCommit(_ action: @escaping @Sendable () -> Void) {
    session.afterCommit(action)
  }

  /// Has `body` run at the end of the disk transaction, once for all writes that ask for it by the
  /// same `name`; it may read what they left, and change nothing.
  ///
  /// It runs even if the write that asked is not kept.
  package borrowing func beforeCommit(
    once name: StaticString,
    _ body: @escaping @Sendable (borrowing Transaction) throws(StoreError) -> Void,
  ) {
    session.beforeCommit(once: name, body)
  }

  /// A number that changes when another process commits to the same database, and only then.
  package borrowing func foreignVersion() throws(StoreError) -> Int64 {
    try first(Int64.self, "PRAGMA data_version") ?? 0
  }
}

/// The inside of one read: every statement sees the same snapshot of committed rows.
package struct Reader: Querying, ~Copyable {
  package let session: Session

  package init(_ session: Session) { self.session = session }
}
