internal import Contract
internal import Cryptography
internal import Events
internal import Store
internal import Wire

/// Token buckets in the store, for limits that outlive the process and hold on every node: those of
/// addresses of e-mail, which are kept as digests only.
struct StoredBuckets: Sendable {
  /// What the digests are keyed with, so that nobody can try addresses against a copy.
  let key: [UInt8]

  /// Takes a token for `subject`; refuses, and takes none, where there is none.
  func take(
    _ policy: RatePolicy, for subject: String, now: Timestamp,
    in transaction: borrowing Transaction
  ) throws(Fault) {
    let fullAt = try self.fullAt(policy, subject, now, in: transaction)
    try check(policy, fullAt, now)
    do throws(StoreError) {
      try transaction.execute(
        """
        INSERT INTO rate_buckets (name, full_at) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET full_at = excluded.full_at
        """, .blob(name(policy, subject)), .integer(fullAt + Self.refill(policy)))
    } catch {
      throw Fault(error)
    }
  }

  /// Puts back a token that was taken for nothing.
  func giveBack(
    _ policy: RatePolicy, for subject: String, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      "UPDATE rate_buckets SET full_at = full_at - ?2 WHERE name = ?1",
      .blob(name(policy, subject)), .integer(Self.refill(policy)))
  }

  /// Refuses where there is no token for `subject`; takes none.
  func check(
    _ policy: RatePolicy, for subject: String, now: Timestamp,
    in reader: borrowing some Querying & ~Copyable
  ) throws(Fault) {
    try check(policy, try fullAt(policy, subject, now, in: reader), now)
  }

  private func check(_ policy: RatePolicy, _ fullAt: Int64, _ now: Timestamp) throws(Fault) {
    let refill = Self.refill(policy)
    let wait = fullAt + refill - now.milliseconds - refill * Int64(policy.quota)
    if wait > 0 { throw policy.refusal(after: Int((wait + 999) / 1000)) }
  }

  private func fullAt(
    _ policy: RatePolicy, _ subject: String, _ now: Timestamp,
    in reader: borrowing some Querying & ~Copyable
  ) throws(Fault) -> Int64 {
    do throws(StoreError) {
      let kept = try reader.first(
        Int64.self, "SELECT full_at FROM rate_buckets WHERE name = ?1",
        .blob(name(policy, subject)))
      let latest = now.milliseconds + Self.refill(policy) * Int64(policy.quota)
      // No bucket takes longer to fill: the clock was ahead when that was written.
      guard let kept, kept <= latest else { return now.milliseconds }
      return max(kept, now.milliseconds)
    } catch {
      throw Fault(error)
    }
  }

  /// The milliseconds after which a token is there again.
  private static func refill(_ policy: RatePolicy) -> Int64 {
    Int64(policy.windowSeconds) * 1000 / Int64(policy.quota)
  }

  private func name(_ policy: RatePolicy, _ subject: String) -> [UInt8] {
    HMACSHA256.code(of: Array("\(policy.name)\n\(subject)".utf8).span, key: key).bytes
  }

  /// Forgets buckets that are full again, at most `limit`; the number forgotten.
  static func purge(
    now: Timestamp, limit: Int64, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int {
    try transaction.execute(
      """
      DELETE FROM rate_buckets WHERE name IN
        (SELECT name FROM rate_buckets WHERE full_at <= ?1 ORDER BY full_at LIMIT ?2)
      """, .integer(now.milliseconds), .integer(limit))
  }
}
