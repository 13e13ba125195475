import Contract
import Store
import Wire

@testable import Identity

/// A book of tokens over a database of its own.
struct TestBook {
  let database: Database
  let clock = HandClock()
  let book: TokenBook

  static let master: MasterKey = {
    guard let key = MasterKey(text: String(repeating: "5a", count: 32)) else {
      preconditionFailure("64 digits are a key")
    }
    return key
  }()
  static let accessTokens = AccessTokens(
    issuer: "tests", lifetimeSeconds: 3600, keys: SigningKeys(master: master))

  init() throws {
    database = try Database(
      at: .ephemeral(in: "/tmp"), migrations: TokenMigrations.all + IdentityMigrations.all,
      configuration: .standard,
      monotonic: { 0 }, observe: { _ in })
    book = TokenBook(
      database: database, wallClock: clock, clock: clock, accessTokens: Self.accessTokens)
  }

  /// Keeps a token that lives for `lifetime` milliseconds, or always.
  func issue(
    _ secret: TokenSecret = .make(), id: String = "tok_1", lifetime: Int64? = nil,
    organisation: String? = nil
  ) async throws -> TokenSecret {
    let now = clock.now
    let record = TokenRecord(
      id: id, name: "test", permissions: [.read, .write], organisation: organisation, user: nil,
      project: nil, createdAt: now,
      expiresAt: lifetime.map { Timestamp(milliseconds: now.milliseconds + $0) })
    try await database.write { (transaction) throws(StoreError) in
      try record.insert(secret, in: transaction)
    }
    return secret
  }

  /// Ends a token in the store, as another process would; whether there was one to end.
  func revoke(_ id: String) async throws -> Bool {
    let now = clock.now
    return try await database.write { (transaction) throws(StoreError) in
      try TokenRecord.revoke(id: id, at: now, in: transaction)
    }
  }

  /// Whether memory alone knows the token.
  func remembers(_ secret: TokenSecret) -> Bool {
    if case .known = book.recognise(bearer: Array(secret.text.utf8)) { true } else { false }
  }

  /// The caller, asked of the store.
  func find(_ secret: TokenSecret) async throws(Fault) -> Principal? {
    try await book.find(bearer: Array(secret.text.utf8))
  }
}
