/// The row under a statement's cursor, read straight from SQLite; valid inside its closure only.
///
/// Columns count from 0. A value of another kind than asked for throws `StoreError.unreadable`:
/// nothing is converted silently.
package struct Row: ~Copyable {
  private let prepared: PreparedStatement

  init(_ prepared: PreparedStatement) { self.prepared = prepared }

  /// Whether the column holds NULL.
  package borrowing func isNull(_ column: Int) -> Bool {
    prepared.statement.kind(of: column) == .null
  }

  /// The integer in the column.
  package borrowing func integer(_ column: Int) throws(StoreError) -> Int64 {
    try expect(.integer, in: column)
    return prepared.statement.integer(column)
  }

  /// The number in the column.
  package borrowing func real(_ column: Int) throws(StoreError) -> Double {
    try expect(.real, in: column)
    return prepared.statement.real(column)
  }

  /// The text in the column; text that is not UTF-8 is unreadable.
  package borrowing func text(_ column: Int) throws(StoreError) -> String {
    try expect(.text, in: column)
    guard let text = prepared.statement.text(column) else {
      throw .unreadable(column: column, expected: .text)
    }
    return text
  }

  /// The bytes of the text in the column, without making a `String`.
  package borrowing func textBytes(_ column: Int) throws(StoreError) -> [UInt8] {
    try expect(.text, in: column)
    return prepared.statement.bytes(column)
  }

  /// The bytes of the blob in the column.
  package borrowing func blob(_ column: Int) throws(StoreError) -> [UInt8] {
    try expect(.blob, in: column)
    return prepared.statement.bytes(column)
  }

  /// What `body` makes of the bytes of the text or blob in the column, without a copy.
  package borrowing func withBytes<T>(_ column: Int, _ body: (Span<UInt8>) -> T) -> T {
    prepared.statement.withBytes(column, body)
  }

  /// The integer in the column, nil for NULL.
  package borrowing func optionalInteger(_ column: Int) throws(StoreError) -> Int64? {
    isNull(column) ? nil : try integer(column)
  }

  /// The number in the column, nil for NULL.
  package borrowing func optionalReal(_ column: Int) throws(StoreError) -> Double? {
    isNull(column) ? nil : try real(column)
  }

  /// The text in the column, nil for NULL.
  package borrowing func optionalText(_ column: Int) throws(StoreError) -> String? {
    isNull(column) ? nil : try text(column)
  }

  /// The bytes of the blob in the column, nil for NULL.
  package borrowing func optionalBlob(_ column: Int) throws(StoreError) -> [UInt8]? {
    isNull(column) ? nil : try blob(column)
  }

  private borrowing func expect(
    _ kind: StoreError.ColumnKind,
    in column: Int,
  ) throws(StoreError) {
    guard prepared.statement.kind(of: column) == kind else {
      throw .unreadable(column: column, expected: kind)
    }
  }
}
