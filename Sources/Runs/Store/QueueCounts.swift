internal import Store

/// The numbers of runs that wait and that are executed, kept as rows beside the runs: of all, and
/// of each organisation, whose turn to have a run taken is kept with them.
enum QueueCounts {
  /// Which number; a run that waits for others is in none.
  enum Name: String {
    case pending
    case running
  }

  /// Moves runs of an organisation from one number to another; nil is outside of both.
  static func move(
    _ count: Int64 = 1, of organisation: String, from: Name?, to: Name?,
    in transaction: borrowing Transaction
  ) throws(StoreError) {
    func change(_ name: Name) -> Int64 { (to == name ? count : 0) - (from == name ? count : 0) }
    let (pending, running) = (change(.pending), change(.running))
    guard pending != 0 || running != 0 else { return }
    try add(pending: pending, running: running, in: transaction)
    try transaction.execute(
      """
      UPDATE tenant_queues SET pending = pending + ?2, running = running + ?3 WHERE org_id = ?1
      """, .text(organisation), .integer(pending), .integer(running))
  }

  /// Moves a run to those that are executed; all other organisations that have one come before the
  /// next of this one.
  static func take(
    of organisation: String, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try add(pending: -1, running: 1, in: transaction)
    try transaction.execute(
      """
      UPDATE tenant_queues SET pending = pending - 1, running = running + 1,
        turn = (SELECT max(turn) FROM tenant_queues) + 1 WHERE org_id = ?1
      """, .text(organisation))
  }

  private static func add(
    pending: Int64, running: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      "UPDATE run_counts SET value = value + CASE name WHEN 'pending' THEN ?1 ELSE ?2 END",
      .integer(pending), .integer(running))
  }

  /// Counts a new run, unless so many wait already: of the organisation's own, or of all.
  static func admit(
    of organisation: String, _ limits: RunLimits, in transaction: borrowing Transaction
  ) throws(StoreError) -> Refusal? {
    let tenantMax = limits.tenantQueueMax ?? limits.queueMax
    let known = try transaction.execute(
      "UPDATE tenant_queues SET pending = pending + 1 WHERE org_id = ?1 AND pending < ?2",
      .text(organisation), .integer(Int64(tenantMax)))
    if known == 0 {
      let new = try transaction.execute(
        """
        INSERT INTO tenant_queues (org_id, pending, running, turn)
        SELECT ?1, 1, 0, coalesce(max(turn), 0) FROM tenant_queues WHERE true
        ON CONFLICT (org_id) DO NOTHING
        """, .text(organisation))
      // Where one organisation may fill the queue, the queue is what is full.
      guard new == 1 else { return tenantMax < limits.queueMax ? .tenantFull(tenantMax) : .full }
    }
    let all = try transaction.execute(
      "UPDATE run_counts SET value = value + 1 WHERE name = 'pending' AND value < ?1",
      .integer(Int64(limits.queueMax)))
    return all == 1 ? nil : .full
  }

  /// Why one more run is not taken.
  enum Refusal: Hashable {
    case full
    case tenantFull(Int)
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
