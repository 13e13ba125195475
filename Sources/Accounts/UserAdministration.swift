package import Contract
internal import Events
internal import Identity
package import Store
package import Wire

/// What operators do with users, beside a running server or without: the database tells the server.
package struct UserAdministration: Sendable {
  /// Users that one list has.
  package static let listMax = 10_000

  private let identifiers: any IdentifierSource
  /// Followers are in the server's process, where nobody hears this bell.
  private let log = EventLog(doorbell: Doorbell(), observe: nil)

  package init(identifiers: any IdentifierSource) { self.identifiers = identifiers }

  /// Makes a user who may come in at once, with a tenant of their own; the user's id.
  package func add(
    _ newcomer: Newcomer, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(UserRefusal) -> String {
    guard !newcomer.username.isReserved else { throw .reservedName(newcomer.username) }
    let (holder, namesake) = try UserRefusal.translating { () throws(StoreError) in
      (
        try UserRecord.find(email: newcomer.email, in: transaction),
        try UserRecord.find(username: newcomer.username, in: transaction)
      )
    }
    guard holder == nil else { throw .takenAddress(newcomer.email) }
    guard namesake == nil else { throw .takenName(newcomer.username) }
    let user = NewUser(
      id: identifiers.uuid().text, tenant: identifiers.next("org_"), username: newcomer.username,
      email: newcomer.email, passwordHash: newcomer.passwordHash, signedInAt: nil)
    try UserRefusal.translating { () throws(StoreError) in
      // A code that was mailed before would make another user of the same address.
      try VerificationRecord.remove(newcomer.email, in: transaction)
      try user.insert(at: now, in: transaction)
      if let role = newcomer.role { try role.give(to: user.id, in: transaction) }
      try note(.userCreated, of: user.id, at: now, in: transaction)
    }
    return user.id
  }

  /// The users of the database, oldest first, at most `listMax`.
  package static func list(
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [UserSummary] {
    try reader.all(
      UserSummary.self,
      """
      SELECT id, username, email, state, created_at, last_sign_in_at,
        (SELECT roles FROM memberships WHERE user_id = users.id
         ORDER BY created_at, tenant_id LIMIT 1),
        (SELECT group_concat(role, ' ') FROM platform_roles WHERE user_id = users.id)
      FROM users ORDER BY created_at, id LIMIT ?1
      """, .integer(Int64(listMax)))
  }

  /// Lets a user in no more, and ends every session and every other token of theirs.
  package func disable(
    _ email: EmailAddress, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(UserRefusal) {
    let user = try change(email, to: .disabled, .userDisabled, at: now, in: transaction)
    try UserRefusal.translating { () throws(StoreError) in
      try TokenFamily.revokeAll(of: user, because: .admin, in: transaction)
      try TokenRecord.revokeAll(ofUser: user, at: now, in: transaction)
    }
  }

  /// Lets a user in again; the sessions that ended stay so.
  package func enable(
    _ email: EmailAddress, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(UserRefusal) {
    _ = try change(email, to: .active, .userEnabled, at: now, in: transaction)
  }

  /// Puts another password in the place of a user's, and ends every session of theirs.
  package func reset(
    _ email: EmailAddress, to passwordHash: String, at now: Timestamp,
    in transaction: borrowing Transaction
  ) throws(UserRefusal) {
    let user = try Self.user(email, in: transaction)
    try UserRefusal.translating { () throws(StoreError) in
      try transaction.execute(
        "UPDATE users SET password_hash = ?2 WHERE id = ?1", .text(user.id), .text(passwordHash))
      try TokenFamily.revokeAll(of: user.id, because: .password, in: transaction)
      try note(.passwordReset, of: user.id, at: now, in: transaction)
    }
  }

  /// Changes the state of a user, who must have had another one; the user's id.
  private func change(
    _ email: EmailAddress, to state: UserRecord.State, _ type: AccountEventType, at now: Timestamp,
    in transaction: borrowing Transaction
  ) throws(UserRefusal) -> String {
    let user = try Self.user(email, in: transaction)
    guard user.state != state else { throw .unchanged(email, state: state.rawValue) }
    try UserRefusal.translating { () throws(StoreError) in
      try transaction.execute(
        "UPDATE users SET state = ?2 WHERE id = ?1", .text(user.id), .text(state.rawValue))
      try note(type, of: user.id, at: now, in: transaction)
    }
    return user.id
  }

  private static func user(
    _ email: EmailAddress, in transaction: borrowing Transaction
  ) throws(UserRefusal) -> UserRecord {
    let user = try UserRefusal.translating { () throws(StoreError) in
      try UserRecord.find(email: email, in: transaction)
    }
    guard let user else { throw .nobody(email) }
    return user
  }

  /// Writes what the operator did into the account's stream.
  private func note(
    _ type: AccountEventType, of user: String, at now: Timestamp,
    in transaction: borrowing Transaction
  ) throws(StoreError) {
    let draft = type.draft(
      of: Party("user", user), by: Party("system", "operator"),
      tenant: try Standing.of(user, in: transaction)?.tenant, at: now, correlationID: nil)
    try log.append([draft], in: transaction)
  }
}

/// Whom an operator makes a user of.
package struct Newcomer: Sendable {
  package let username: Username
  package let email: EmailAddress
  /// What is kept of the password.
  package let passwordHash: String
  /// What the user may do besides running the tenant that is theirs.
  package let role: PlatformRole?

  package init(
    username: Username, email: EmailAddress, passwordHash: String, role: PlatformRole?
  ) {
    self.username = username
    self.email = email
    self.passwordHash = passwordHash
    self.role = role
  }
}

/// What somebody may be on the whole platform (the catalogue, §0.4).
package enum PlatformRole: String, CaseIterable, Sendable {
  case administrator = "platform_admin"

  fileprivate func give(
    to user: String, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      "INSERT INTO platform_roles (user_id, role) VALUES (?1, ?2)", .text(user), .text(rawValue))
  }
}

/// Why an operator's change of users is not made.
package enum UserRefusal: StoreFailing, Hashable, CustomStringConvertible {
  case nobody(EmailAddress)
  case takenAddress(EmailAddress)
  case takenName(Username)
  case reservedName(Username)
  /// The user was in that state before.
  case unchanged(EmailAddress, state: String)
  case store(StoreError)

  package init(_ error: StoreError) { self = .store(error) }

  package var description: String {
    switch self {
    case .nobody(let email): "nobody has the address \(email.text)"
    case .takenAddress(let email): "the address \(email.text) is taken"
    case .takenName(let username): "the name \(username.text) is taken"
    case .reservedName(let username): "the name \(username.text) is reserved"
    case .unchanged(let email, let state): "\(email.text) was \(state) before"
    case .store(let error): "\(error)"
    }
  }
}

/// A user as operators see them.
package struct UserSummary: Record, Hashable, Sendable {
  package let id: String
  package let username: String
  package let email: String
  /// `active` or `disabled`.
  package let state: String
  package let createdAt: Timestamp
  package let lastSignInAt: Timestamp?
  /// In the user's first tenant, and then on the whole platform.
  package let roles: [String]

  package init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    username = try row.text(1)
    email = try row.text(2)
    state = try row.text(3)
    createdAt = Timestamp(milliseconds: try row.integer(4))
    lastSignInAt = try row.optionalInteger(5).map { Timestamp(milliseconds: $0) }
    let own = try row.optionalText(6) ?? ""
    let platform = try row.optionalText(7) ?? ""
    roles =
      own.split(separator: " ").map(String.init)
      + platform.split(separator: " ").map(String.init).sorted()
  }
}
