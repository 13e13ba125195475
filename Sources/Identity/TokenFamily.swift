package import Store
package import Wire

/// All refresh tokens that came of one sign-in: one of them is current, and when an old one comes
/// back they end together (the catalogue, §1.2).
package struct TokenFamily: Record, Hashable, Sendable {
  /// Whom a family is for.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case account
    case viewer

    /// What the texts of its tokens begin with.
    var prefix: String {
      switch self {
      case .account: "rt1"
      case .viewer: "vr1"
      }
    }
  }

  /// Where a family stands.
  package enum State: String, Hashable, Sendable {
    case active
    case revoked
    case expired
  }

  /// The name that its tokens carry.
  package let id: String
  /// Whom it is for.
  package let kind: Kind
  /// Whom it stands for.
  package let subject: String
  /// The tenant that the subject acts in.
  package let tenant: String
  /// The place of the current token.
  let counter: Int64
  let sealedKey: [UInt8]
  package let state: State
  let createdAt: Timestamp
  let rotatedAt: Timestamp
  let idleEnd: Timestamp
  let absoluteEnd: Timestamp
  /// Why it ended before its time; nil where it did not.
  let revokeReason: RevokeReason?

  package init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    guard let kind = Kind(rawValue: try row.text(1)), let state = State(rawValue: try row.text(6))
    else { throw .unreadable(column: 1, expected: .text) }
    self.kind = kind
    self.state = state
    subject = try row.text(2)
    tenant = try row.text(3)
    counter = try row.integer(4)
    sealedKey = try row.blob(5)
    createdAt = Timestamp(milliseconds: try row.integer(7))
    rotatedAt = Timestamp(milliseconds: try row.integer(8))
    idleEnd = Timestamp(milliseconds: try row.integer(9))
    absoluteEnd = Timestamp(milliseconds: try row.integer(10))
    revokeReason = try row.optionalText(11).flatMap { RevokeReason(rawValue: $0) }
  }

  /// Whether its tokens open anything at `now`.
  package func isLive(at now: Timestamp) -> Bool {
    state == .active && now < idleEnd && now < absoluteEnd
  }

  /// Where a token stands among those of its family.
  enum Place: Hashable, Sendable {
    case current
    /// The one before the current one, which is taken for a while: two tabs, or a lost answer.
    case excused
    case used
    /// One that was never given.
    case toCome
  }

  /// The place of the family's token of that number.
  func place(of number: Int64, at now: Timestamp, graceMilliseconds: Int64) -> Place {
    if number > counter { return .toCome }
    if number == counter { return .current }
    let age = now.milliseconds - rotatedAt.milliseconds
    return number == counter - 1 && (0..<graceMilliseconds).contains(age) ? .excused : .used
  }

  /// The family of that name.
  package static func find(
    _ id: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> TokenFamily? {
    try reader.first(
      TokenFamily.self,
      """
      SELECT id, kind, subject_id, tenant_id, counter, sealed_key, state, created_at,
        last_rotated_at, idle_expires_at, absolute_expires_at, revoke_reason
      FROM token_families WHERE id = ?1
      """, .text(id))
  }

  /// Ends the family; false when it had ended.
  @discardableResult
  package static func revoke(
    _ id: String, because reason: RevokeReason, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    try transaction.execute(
      """
      UPDATE token_families SET state = 'revoked', revoke_reason = ?2
      WHERE id = ?1 AND state = 'active'
      """, .text(id), .text(reason.rawValue)) == 1
  }

  /// Forgets families whose last token ended before `moment`, at most `limit`; the number
  /// forgotten.
  package static func purge(
    before moment: Timestamp, limit: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int {
    try transaction.execute(
      """
      DELETE FROM token_families WHERE id IN (
        SELECT id FROM token_families WHERE idle_expires_at <= ?1
        ORDER BY idle_expires_at LIMIT ?2)
      """, .integer(moment.milliseconds), .integer(limit))
  }

  /// Ends every family of a subject.
  package static func revokeAll(
    of subject: String, because reason: RevokeReason, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE token_families SET state = 'revoked', revoke_reason = ?2
      WHERE subject_id = ?1 AND state = 'active'
      """, .text(subject), .text(reason.rawValue))
  }
}

/// Why a family ended before its time.
package enum RevokeReason: String, Hashable, Sendable {
  case signOut = "sign-out"
  case reuse
  case password
  case admin
  /// The subject signed in on more devices than it may.
  case tooMany = "too-many"
}
