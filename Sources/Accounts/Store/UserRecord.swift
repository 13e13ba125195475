internal import Store
internal import Wire

/// A user as they lie in the store.
struct UserRecord: Record, Sendable {
  /// Whether a user may come in.
  enum State: String, Sendable {
    case active
    case disabled
  }

  let id: String
  let username: String
  let email: String
  let passwordHash: String
  let avatarURL: String?
  let bio: String?
  let state: State
  let createdAt: Timestamp
  let emailConfirmedAt: Timestamp?

  init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    username = try row.text(1)
    email = try row.text(2)
    passwordHash = try row.text(3)
    avatarURL = try row.optionalText(4)
    bio = try row.optionalText(5)
    guard let state = State(rawValue: try row.text(6)) else {
      throw .unreadable(column: 6, expected: .text)
    }
    self.state = state
    createdAt = Timestamp(milliseconds: try row.integer(7))
    emailConfirmedAt = try row.optionalInteger(8).map { Timestamp(milliseconds: $0) }
  }

  var profile: Profile { Profile(id: id, username: username, avatarURL: avatarURL, bio: bio) }

  var account: Account {
    Account(id: id, email: email, createdAt: createdAt, emailConfirmedAt: emailConfirmedAt)
  }
}

/// The statements on users.
extension UserRecord {
  static func find(
    id: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> UserRecord? {
    try find(.text(id), .null, .null, in: reader)
  }

  static func find(
    email: EmailAddress, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> UserRecord? {
    try find(.null, .text(email.folded), .null, in: reader)
  }

  static func find(
    username: Username, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> UserRecord? {
    try find(.null, .null, .text(username.folded), in: reader)
  }

  /// The user by the one key that is not NULL, each of which has an index.
  private static func find(
    _ id: SQLValue, _ email: SQLValue, _ username: SQLValue,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> UserRecord? {
    try reader.first(
      UserRecord.self,
      """
      SELECT id, username, email, password_hash, avatar_url, bio, state, created_at,
        email_confirmed_at
      FROM users WHERE id = ?1 OR email_folded = ?2 OR username_folded = ?3
      """, id, email, username)
  }

  /// Keeps what a sign-in changes: when it was, and a hash that is up to date.
  func noteSignIn(
    at now: Timestamp, rehashed hash: String?, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      UPDATE users SET last_sign_in_at = ?2, password_hash = coalesce(?3, password_hash)
      WHERE id = ?1
      """, .text(id), .integer(now.milliseconds), .optional(hash))
  }
}

/// A user on their way into the store, with a tenant of their own.
struct NewUser: Sendable {
  let id: String
  let tenant: String
  let username: Username
  let email: EmailAddress
  let passwordHash: String
  /// When they first signed in; nil for who has yet to.
  let signedInAt: Timestamp?

  /// What somebody may do in the tenant that is theirs (the catalogue, §2.2).
  private static let ownRole = "ops_engineer"

  func insert(at now: Timestamp, in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO users (id, username, username_folded, email, email_folded, password_hash, state,
        created_at, email_confirmed_at, last_sign_in_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'active', ?7, ?7, ?8)
      """, .text(id), .text(username.text), .text(username.folded), .text(email.text),
      .text(email.folded), .text(passwordHash), .integer(now.milliseconds),
      .optional(signedInAt?.milliseconds))
    try transaction.execute(
      """
      INSERT INTO tenants (id, slug, name, owner_id, created_at) VALUES (?1, ?1, ?2, ?3, ?4)
      """, .text(tenant), .text(username.text), .text(id), .integer(now.milliseconds))
    try transaction.execute(
      """
      INSERT INTO memberships (tenant_id, user_id, roles, created_at) VALUES (?1, ?2, ?3, ?4)
      """, .text(tenant), .text(id), .text(Self.ownRole), .integer(now.milliseconds))
  }
}

/// What a user is in their first tenant and on the whole platform.
struct Standing: Sendable {
  let tenant: String
  let roles: [String]

  /// The standing of a user; nil where they belong to no tenant.
  static func of(
    _ user: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Standing? {
    guard
      let membership = try reader.first(
        MembershipRecord.self,
        """
        SELECT tenant_id, roles FROM memberships WHERE user_id = ?1
        ORDER BY created_at, tenant_id LIMIT 1
        """, .text(user))
    else { return nil }
    let platform = try reader.all(
      String.self, "SELECT role FROM platform_roles WHERE user_id = ?1 ORDER BY role LIMIT 20",
      .text(user))
    return Standing(tenant: membership.tenant, roles: membership.roles + platform)
  }
}

/// A user's place in a tenant.
private struct MembershipRecord: Record {
  let tenant: String
  let roles: [String]

  init(row: borrowing Row) throws(StoreError) {
    tenant = try row.text(0)
    roles = try row.text(1).split(separator: " ").map(String.init)
  }
}
