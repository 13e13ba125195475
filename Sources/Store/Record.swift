/// A value that is read from a row; its statements stand beside it and name the columns.
package protocol Record {
  /// The value in `row`.
  init(row: borrowing Row) throws(StoreError)
}

extension Int64: Record {
  package init(row: borrowing Row) throws(StoreError) { self = try row.integer(0) }
}

extension String: Record {
  package init(row: borrowing Row) throws(StoreError) { self = try row.text(0) }
}
