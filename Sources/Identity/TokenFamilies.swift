package import Contract
internal import Cryptography
package import Store
package import Wire

/// Gives and takes the refresh tokens of families, in the caller's transaction.
package struct TokenFamilies: Sendable {
  /// How long families of one kind live.
  package struct Lifetimes: Sendable {
    package let idleMilliseconds: Int64
    package let absoluteMilliseconds: Int64

    /// Accounts: thirty days without use, half a year in all (the catalogue, §0.3).
    package static let account = Lifetimes(days: 30, 180)

    private init(days idle: Int64, _ absolute: Int64) {
      idleMilliseconds = idle * 86_400_000
      absoluteMilliseconds = absolute * 86_400_000
    }
  }

  /// What became of a token that was presented.
  package enum Outcome: Sendable {
    /// The current one: another is current from now on. Or the one before, within the grace: the
    /// current one again.
    case renewed(TokenFamily, refreshToken: String, isRotated: Bool)
    /// No token of ours, or one whose place is still to come.
    case unknown
    /// The family had ended.
    case ended(TokenFamily)
    /// An old token came back: the family has ended by it.
    case reused(TokenFamily)
  }

  /// Families that one subject may have at once; the oldest ends for one more (§3.1).
  private static let perSubjectMax: Int64 = 50

  private let master: MasterKey
  private let graceMilliseconds: Int64
  private let lifetimes: Lifetimes
  /// What stands in for the key of a family that is not there, so that it takes as long to refuse.
  private let nobodysKey: [UInt8]

  /// `graceMilliseconds` is how long the token before the current one is taken too.
  package init(master: MasterKey, graceMilliseconds: Int64, lifetimes: Lifetimes) {
    self.master = master
    self.graceMilliseconds = graceMilliseconds
    self.lifetimes = lifetimes
    nobodysKey = master.seal(SecureRandom.bytes(32), place: Self.nobody)
  }

  private static let nobody = "nobody"

  /// The token that is written so, with its family and the family's key; nil where it is no token
  /// of ours, which takes as long to find out whether there is such a family or not.
  private func recognise(
    _ text: String, _ kind: TokenFamily.Kind, in transaction: borrowing Transaction
  ) throws(StoreError) -> (token: RefreshToken, family: TokenFamily, key: [UInt8])? {
    guard let token = RefreshToken(text: text), token.kind == kind else { return nil }
    let family = try TokenFamily.find(token.family, in: transaction)
    let key = master.open(family?.sealedKey ?? nobodysKey, place: family?.id ?? Self.nobody)
    guard let key, token.isMade(by: key), let family, family.kind == kind else { return nil }
    return (token, family, key)
  }

  /// A new family; its first token.
  package func open(
    _ kind: TokenFamily.Kind, id: String, subject: String, tenant: String, now: Timestamp,
    in transaction: borrowing Transaction
  ) throws(StoreError) -> String {
    try transaction.execute(
      """
      UPDATE token_families SET state = 'revoked', revoke_reason = ?3 WHERE id IN (
        SELECT id FROM token_families WHERE subject_id = ?1 AND kind = ?2 AND state = 'active'
        ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ?4)
      """, .text(subject), .text(kind.rawValue), .text(RevokeReason.tooMany.rawValue),
      .integer(Self.perSubjectMax - 1))
    let key = SecureRandom.bytes(32)
    try transaction.execute(
      """
      INSERT INTO token_families (id, kind, subject_id, tenant_id, counter, sealed_key, state,
        created_at, last_rotated_at, idle_expires_at, absolute_expires_at)
      VALUES (?1, ?2, ?3, ?4, 1, ?5, 'active', ?6, ?6, ?7, ?8)
      """, .text(id), .text(kind.rawValue), .text(subject), .text(tenant),
      .blob(master.seal(key, place: id)), .integer(now.milliseconds),
      .integer(now.milliseconds + lifetimes.idleMilliseconds),
      .integer(now.milliseconds + lifetimes.absoluteMilliseconds))
    return RefreshToken(kind, family: id, counter: 1, key: key).text
  }

  /// Judges a token that was presented, and does what follows.
  package func present(
    _ text: String, _ kind: TokenFamily.Kind, now: Timestamp,
    in transaction: borrowing Transaction
  ) throws(StoreError) -> Outcome {
    guard let (token, family, key) = try recognise(text, kind, in: transaction) else {
      return .unknown
    }
    guard family.state == .active else { return .ended(family) }
    guard family.isLive(at: now) else {
      try transaction.execute(
        "UPDATE token_families SET state = 'expired' WHERE id = ?1", .text(family.id))
      return .ended(family)
    }
    switch family.place(of: token.counter, at: now, graceMilliseconds: graceMilliseconds) {
    case .toCome: return .unknown
    case .current: return try rotate(family, key, now: now, in: transaction)
    case .excused:
      // Two tabs, or an answer that was lost: both go on with the same token.
      let current = RefreshToken(kind, family: family.id, counter: family.counter, key: key)
      return .renewed(family, refreshToken: current.text, isRotated: false)
    case .used:
      try TokenFamily.revoke(family.id, because: .reuse, in: transaction)
      return .reused(family)
    }
  }

  private func rotate(
    _ family: TokenFamily, _ key: [UInt8], now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) -> Outcome {
    try transaction.execute(
      """
      UPDATE token_families SET counter = counter + 1, last_rotated_at = ?2, idle_expires_at = ?3
      WHERE id = ?1
      """, .text(family.id), .integer(now.milliseconds),
      .integer(now.milliseconds + lifetimes.idleMilliseconds))
    let next = RefreshToken(family.kind, family: family.id, counter: family.counter + 1, key: key)
    return .renewed(family, refreshToken: next.text, isRotated: true)
  }

  /// Ends the family of a token; nil where it is no token of ours or its family had ended.
  package func close(
    _ text: String, _ kind: TokenFamily.Kind, in transaction: borrowing Transaction
  ) throws(StoreError) -> TokenFamily? {
    guard let (_, family, _) = try recognise(text, kind, in: transaction),
      try TokenFamily.revoke(family.id, because: .signOut, in: transaction)
    else { return nil }
    return family
  }

  /// Ends the family that a caller's token is of; nil where it is of none, or it had ended.
  package func close(
    of caller: Principal, _ kind: TokenFamily.Kind, in transaction: borrowing Transaction
  ) throws(StoreError) -> TokenFamily? {
    guard let session = SessionCredential(text: caller.credential),
      let family = try TokenFamily.find(session.family, in: transaction), family.kind == kind,
      try TokenFamily.revoke(family.id, because: .signOut, in: transaction)
    else { return nil }
    return family
  }
}
