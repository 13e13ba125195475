internal import Store

/// The numbers of runs that wait and that are executed, kept as rows beside the runs.
enum QueueCounts {
  /// Moves runs from one number to another; nil is outside of both.
  static func move(
    _ count: Int64 = 1, from: Name?, to: Name?, in transaction: borrowing Transaction
  ) throws(StoreError) {
    for (name, change) in [(from, -count), (to, count)] {
      guard let name else { continue }
      try transaction.execute(
        "UPDATE run_counts SET value = value + ?2 WHERE name = ?1", .text(name.rawValue),
        .integer(change))
    }
  }

  /// Which number.
  enum Name: String {
    case pending
    case running
  }

  /// Shows the numbers to those who do not ask the store, once the transaction is committed: they
  /// are read once for all of its writes.
  static func publish(to gauge: QueueGauge, in transaction: borrowing Transaction) {
    transaction.beforeCommit(once: "queue counts") { (transaction) throws(StoreError) in
      let values = try transaction.all(
        Int64.self,
        "SELECT value FROM run_counts WHERE name IN ('pending', 'running') ORDER BY name")
      guard values.count == 2 else { return }
      transaction.afterCommit { gauge.set(pending: values[0], running: values[1]) }
    }
  }
}
