internal import Store
internal import Wire

/// A registration that waits for its code, as it lies in the store; an address has one at most.
struct VerificationRecord: Record, Sendable {
  let id: String
  let email: String
  let username: String
  let passwordHash: String
  let codeHash: [UInt8]
  let attempts: Int64
  let redirectTo: String?
  let expiresAt: Timestamp

  /// Wrong codes that burn the right one (the catalogue, §3.1).
  static let attemptsMax: Int64 = 5
  /// How long a code is good, in milliseconds.
  static let lifetimeMilliseconds: Int64 = 600_000
  /// How long a registration may be taken up again after its code has ended, in milliseconds.
  private static let keptMilliseconds: Int64 = 86_400_000

  init(
    id: String, email: EmailAddress, username: Username, passwordHash: String, codeHash: [UInt8],
    redirectTo: WebAddress?, now: Timestamp
  ) {
    self.id = id
    self.email = email.text
    self.username = username.text
    self.passwordHash = passwordHash
    self.codeHash = codeHash
    attempts = 0
    self.redirectTo = redirectTo?.text
    expiresAt = Self.end(of: now)
  }

  init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    email = try row.text(1)
    username = try row.text(2)
    passwordHash = try row.text(3)
    codeHash = try row.blob(4)
    attempts = try row.integer(5)
    redirectTo = try row.optionalText(6)
    expiresAt = Timestamp(milliseconds: try row.integer(7))
  }

  /// Whether a code can be right at `now`.
  func isOpen(at now: Timestamp) -> Bool { now < expiresAt && attempts < Self.attemptsMax }

  private static func end(of now: Timestamp) -> Timestamp {
    Timestamp(milliseconds: now.milliseconds + lifetimeMilliseconds)
  }
}

/// The statements on registrations.
extension VerificationRecord {
  static func find(
    _ email: EmailAddress, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> VerificationRecord? {
    try reader.first(
      VerificationRecord.self,
      """
      SELECT id, email, username, password_hash, code_hash, attempts, redirect_to, expires_at
      FROM verifications WHERE email_folded = ?1
      """, .text(email.folded))
  }

  /// Takes the place of what waits for the same address.
  func replace(
    _ email: EmailAddress, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try Self.remove(email, in: transaction)
    try transaction.execute(
      """
      INSERT INTO verifications (id, email_folded, email, username, password_hash, code_hash,
        attempts, redirect_to, created_at, expires_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?9)
      """, .text(id), .text(email.folded), .text(self.email), .text(username),
      .text(passwordHash), .blob(codeHash), .optional(redirectTo), .integer(now.milliseconds),
      .integer(expiresAt.milliseconds))
  }

  /// Puts another code in the place of the last one.
  func renew(
    codeHash: [UInt8], at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      "UPDATE verifications SET code_hash = ?2, attempts = 0, expires_at = ?3 WHERE id = ?1",
      .text(id), .blob(codeHash), .integer(Self.end(of: now).milliseconds))
  }

  /// Counts a wrong code.
  func noteAttempt(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      "UPDATE verifications SET attempts = attempts + 1 WHERE id = ?1", .text(id))
  }

  static func remove(
    _ email: EmailAddress, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      "DELETE FROM verifications WHERE email_folded = ?1", .text(email.folded))
  }

  /// Forgets registrations that nobody took up, at most `limit`; the number forgotten.
  static func purge(
    now: Timestamp, limit: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int {
    try transaction.execute(
      """
      DELETE FROM verifications WHERE id IN
        (SELECT id FROM verifications WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
      """, .integer(now.milliseconds - keptMilliseconds), .integer(limit))
  }
}
