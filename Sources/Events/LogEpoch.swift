package import Store

/// The life that a log is in: a random text, kept with the data and changed when the data is
/// restored, so that a cursor from another life is known as such.
package struct LogEpoch: Hashable, Sendable, Record {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  package init(row: borrowing Row) throws(StoreError) {
    text = try row.text(0)
  }

  /// The epoch of the database, which gets `fresh` when it has none yet.
  package static func establish(
    _ fresh: LogEpoch, in transaction: borrowing Transaction
  ) throws(StoreError) -> LogEpoch {
    try transaction.execute(
      "INSERT INTO log_epoch (id, epoch) VALUES (1, ?1) ON CONFLICT (id) DO NOTHING",
      .text(fresh.text))
    return try transaction.first(LogEpoch.self, "SELECT epoch FROM log_epoch WHERE id = 1") ?? fresh
  }
}
