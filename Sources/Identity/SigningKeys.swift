internal import Contract
internal import Cryptography
package import Store
package import Wire

/// The keys that this server signs its tokens with, in the store: the newest signs, and those that
/// it replaced verify until their last tokens are dead.
package struct SigningKeys: Sendable {
  private let master: MasterKey

  package init(master: MasterKey) { self.master = master }

  /// Makes the first key of a database that has none.
  package func establish(
    now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) {
    let count = try transaction.first(
      Int64.self, "SELECT count(*) FROM signing_keys WHERE retired_at IS NULL")
    if count == 0 { _ = try rotate(now: now, in: transaction) }
  }

  /// Makes a new key, which signs from now on; its name.
  package func rotate(
    now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) -> String {
    let key: PrivateKey
    do throws(PublicKey.Refusal) {
      key = try PrivateKey.fresh()
    } catch {
      preconditionFailure("random bytes made no key: \(error)")
    }
    guard let publicBytes = key.publicKey.ed25519 else {
      preconditionFailure("a key of another kind was made")
    }
    let name = "key_" + Base64URL.text(Array(SHA256.digest(of: publicBytes).bytes.prefix(12)))
    try transaction.execute(
      "UPDATE signing_keys SET retired_at = ?1 WHERE retired_at IS NULL",
      .integer(now.milliseconds))
    try transaction.execute(
      """
      INSERT INTO signing_keys (name, public_key, sealed_seed, created_at) VALUES (?1, ?2, ?3, ?4)
      """, .text(name), .blob(publicBytes), .blob(master.seal(key.seed, place: name)),
      .integer(now.milliseconds))
    return name
  }

  /// Whether the key that signs opens under this master key; true where there is none.
  package func opens(in reader: borrowing some Querying & ~Copyable) throws(StoreError) -> Bool {
    guard let record = try Self.records(in: reader).first(where: { $0.retiredAt == nil }) else {
      return true
    }
    return master.open(record.sealedSeed, place: record.name) != nil
  }

  /// The key that signs now.
  func current(in reader: borrowing some Querying & ~Copyable) throws(Fault) -> NamedKey {
    let record: SigningKeyRecord?
    do throws(StoreError) {
      record = try reader.first(
        SigningKeyRecord.self,
        """
        SELECT name, public_key, created_at, retired_at, sealed_seed FROM signing_keys
        WHERE retired_at IS NULL ORDER BY created_at DESC, name LIMIT 1
        """)
    } catch {
      throw Fault(.unavailable, "tokens cannot be signed now", retryAfterSeconds: 1)
    }
    guard let record, let seed = master.open(record.sealedSeed, place: record.name) else {
      throw Fault(.broken, "the signing key does not open under this master key")
    }
    do throws(PublicKey.Refusal) {
      return NamedKey(name: record.name, key: try PrivateKey(seed: seed))
    } catch {
      throw Fault(.broken, "the signing key is none")
    }
  }

  /// Every key that a living token can be of: those that sign, and those retired after `horizon`.
  package static func verifying(
    since horizon: Timestamp, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> VerificationKeys {
    var keys: [String: PublicKey] = [:]
    for record in try records(in: reader) where record.retiredAt.map({ $0 > horizon }) ?? true {
      do throws(PublicKey.Refusal) {
        keys[record.name] = try PublicKey(ed25519: record.publicKey)
      } catch {
        throw .unreadable(column: 1, expected: .blob)
      }
    }
    return VerificationKeys(keys)
  }

  /// The keys that there were, newest first, at most a thousand.
  package static func records(
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [SigningKeyRecord] {
    try reader.all(
      SigningKeyRecord.self,
      """
      SELECT name, public_key, created_at, retired_at, sealed_seed FROM signing_keys
      ORDER BY created_at DESC, name LIMIT 1000
      """)
  }
}

/// A key that signs, and the name by which tokens say so.
struct NamedKey: Sendable {
  let name: String
  let key: PrivateKey
}

/// A signing key as it lies in the store.
package struct SigningKeyRecord: Record, Sendable {
  package let name: String
  /// The 32 bytes of the public half.
  package let publicKey: [UInt8]
  package let createdAt: Timestamp
  /// When another key took its place; nil while it signs.
  package let retiredAt: Timestamp?
  let sealedSeed: [UInt8]

  package init(row: borrowing Row) throws(StoreError) {
    name = try row.text(0)
    publicKey = try row.blob(1)
    createdAt = Timestamp(milliseconds: try row.integer(2))
    retiredAt = try row.optionalInteger(3).map { Timestamp(milliseconds: $0) }
    sealedSeed = try row.blob(4)
  }
}
