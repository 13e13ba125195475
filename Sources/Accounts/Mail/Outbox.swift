internal import Contract
internal import Identity
internal import Store
internal import Wire

/// Mail on its way: written in the transaction that wants it sent, and sent by nobody who waits.
///
/// What a mail says lies sealed, and is forgotten when it is sent.
struct Outbox: Sendable {
  let master: MasterKey
  let signal: WorkSignal

  /// How long to wait after each try that failed, in milliseconds; a mail that failed once more is
  /// dead.
  static let pausesMilliseconds: [Int64] = [10_000, 60_000, 300_000, 1_800_000, 7_200_000]

  /// Puts a letter on its way.
  func put(
    _ letter: Letter, _ template: MailTemplate, id: String, now: Timestamp,
    in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO mail_outbox (id, template, sealed_message, state, attempts, created_at, due_at)
      VALUES (?1, ?2, ?3, 'queued', 0, ?4, ?4)
      """, .text(id), .text(template.rawValue), .blob(master.seal(letter.cbor(), place: id)),
      .integer(now.milliseconds))
    signal.ring(after: transaction)
  }

  /// The mail that is due, and was longest.
  func next(
    at now: Timestamp, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> QueuedMail? {
    try reader.first(
      QueuedMail.self,
      """
      SELECT id, sealed_message, attempts FROM mail_outbox
      WHERE state = 'queued' AND due_at <= ?1 ORDER BY due_at, id LIMIT 1
      """, .integer(now.milliseconds))
  }

  /// When the next mail is due; nil where none waits.
  func nextDue(
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Timestamp? {
    try reader.first(
      Int64.self,
      "SELECT due_at FROM mail_outbox WHERE state = 'queued' ORDER BY due_at, id LIMIT 1"
    ).map { Timestamp(milliseconds: $0) }
  }

  /// The letter of a mail; nil where it does not open.
  func letter(of mail: QueuedMail) -> Letter? {
    guard let bytes = master.open(mail.sealedMessage, place: mail.id) else { return nil }
    do throws(DecodeError) { return try Letter(cbor: bytes) } catch { return nil }
  }

  /// Forgets mail that was sent or given up before `moment`, at most `limit`; the number forgotten.
  static func purge(
    before moment: Timestamp, limit: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int {
    try transaction.execute(
      """
      DELETE FROM mail_outbox WHERE id IN (
        SELECT id FROM mail_outbox WHERE state <> 'queued' AND created_at <= ?1
        ORDER BY created_at LIMIT ?2)
      """, .integer(moment.milliseconds), .integer(limit))
  }

  /// Counts a try before it is made; false where somebody else makes this one.
  ///
  /// It says when the next may be too: a mail that went while its row could not be written goes
  /// again after that pause, and not for ever.
  func claim(
    _ mail: QueuedMail, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    let pause = Self.pausesMilliseconds[
      min(Int(mail.attempts), Self.pausesMilliseconds.count - 1)]
    return try transaction.execute(
      """
      UPDATE mail_outbox SET attempts = attempts + 1, due_at = ?3
      WHERE id = ?1 AND state = 'queued' AND attempts = ?2
      """, .text(mail.id), .integer(mail.attempts), .integer(now.milliseconds + pause)) == 1
  }

  /// Notes that a mail was handed over.
  func sent(
    _ mail: QueuedMail, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE mail_outbox SET state = 'sent', sent_at = ?2, sealed_message = NULL,
        last_error = NULL WHERE id = ?1
      """, .text(mail.id), .integer(now.milliseconds))
  }

  /// Notes that a mail was not handed over: it is tried again, or dead.
  func failed(
    _ mail: QueuedMail, _ reason: String, isFinal: Bool, in transaction: borrowing Transaction
  ) throws(StoreError) {
    if !isFinal, Int(mail.attempts) < Self.pausesMilliseconds.count {
      try transaction.execute(
        "UPDATE mail_outbox SET last_error = ?2 WHERE id = ?1", .text(mail.id), .text(reason))
    } else {
      try transaction.execute(
        """
        UPDATE mail_outbox SET state = 'failed', last_error = ?2, sealed_message = NULL
        WHERE id = ?1
        """, .text(mail.id), .text(reason))
    }
  }
}

/// A mail that waits to be sent.
struct QueuedMail: Record, Sendable {
  let id: String
  let sealedMessage: [UInt8]
  let attempts: Int64

  init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    sealedMessage = try row.blob(1)
    attempts = try row.integer(2)
  }
}
