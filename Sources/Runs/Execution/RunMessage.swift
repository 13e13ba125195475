internal import Store
internal import Wire

/// A message that was said to a run.
struct RunMessage: Record, Sendable {
  /// The messages of one run, at most: each is read by every later turn.
  static let most: Int64 = 50

  /// Its place among the run's, from 1.
  let ordinal: Int64
  let role: MessageRole
  let text: String

  init(row: borrowing Row) throws(StoreError) {
    ordinal = try row.integer(0)
    role = try row.choice(1)
    text = try row.text(2)
  }

  /// The message as part of a turn that has made so many calls.
  func remark(after calls: Int64) -> RunRemark {
    RunRemark(after: calls, role: role == .user ? .user : .system, text: text)
  }

  static func all(
    of run: RunID, after ordinal: Int64, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [RunMessage] {
    try reader.all(
      RunMessage.self,
      """
      SELECT ordinal, role, text FROM run_messages WHERE run_id = ?1 AND ordinal > ?2
      ORDER BY ordinal
      """, .text(run.text), .integer(ordinal))
  }

  /// Adds a message; its place, or nil when the run has as many as it may.
  static func add(
    _ text: String, as role: MessageRole, to run: RunID, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int64? {
    let ordinal = try transaction.first(
      Int64.self,
      """
      UPDATE runs SET message_count = message_count + 1, event_count = event_count + 1
      WHERE id = ?1 AND message_count < ?2 RETURNING message_count
      """, .text(run.text), .integer(most))
    guard let ordinal else { return nil }
    try transaction.execute(
      "INSERT INTO run_messages (run_id, ordinal, role, text) VALUES (?1, ?2, ?3, ?4)",
      .text(run.text), .integer(ordinal), .text(role.rawValue), .text(text))
    return ordinal
  }

  /// Forgets all of a run's: events tell of them.
  static func forget(
    of run: RunID, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute("DELETE FROM run_messages WHERE run_id = ?1", .text(run.text))
  }
}
