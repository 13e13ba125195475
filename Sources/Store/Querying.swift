/// What can read: a transaction, which sees its own changes, and a reader, which sees one snapshot.
///
/// Statements are static text with numbered parameters (`?1`); they are prepared once a connection.
/// A statement that may give many rows carries its own `LIMIT`.
package protocol Querying: ~Copyable, SendableMetatype {
  /// The connection under it.
  var session: Session { get }

  /// A view of what the session's open transaction sees.
  init(_ session: Session)
}

extension Querying where Self: ~Copyable {
  /// All rows of the statement, in its order.
  package borrowing func all<Value: Record>(
    _ type: Value.Type,
    _ sql: StaticString,
    _ values: SQLValue...,
  ) throws(StoreError) -> [Value] {
    try all(type, sql, values: values)
  }

  /// The first row of the statement, nil when it gives none.
  package borrowing func first<Value: Record>(
    _ type: Value.Type,
    _ sql: StaticString,
    _ values: SQLValue...,
  ) throws(StoreError) -> Value? {
    var found: Value?
    try session.forEach(sql, values) { (row) throws(StoreError) in
      found = try Value(row: row)
      return false
    }
    return found
  }

  /// All rows of the statement, whose values were made elsewhere.
  package borrowing func all<Value: Record>(
    _ type: Value.Type,
    _ sql: StaticString,
    values: [SQLValue],
  ) throws(StoreError) -> [Value] {
    var found: [Value] = []
    try session.forEach(sql, values) { (row) throws(StoreError) in
      found.append(try Value(row: row))
      return true
    }
    return found
  }

  /// The first rows of the statement, up to and with the first that `isLast` says is the last.
  package borrowing func prefix<Value: Record>(
    _ type: Value.Type,
    _ sql: StaticString,
    values: [SQLValue],
    through isLast: (Value) -> Bool,
  ) throws(StoreError) -> [Value] {
    var found: [Value] = []
    try session.forEach(sql, values) { (row) throws(StoreError) in
      let value = try Value(row: row)
      found.append(value)
      return !isLast(value)
    }
    return found
  }

  /// Gives each row of the statement to `body`, in order.
  package borrowing func forEach(
    _ sql: StaticString,
    _ values: SQLValue...,
    row body: (borrowing Row) throws(StoreError) -> Void,
  ) throws(StoreError) {
    try session.forEach(sql, values) { (row) throws(StoreError) in
      try body(row)
      return true
    }
  }
}
