internal import Contract
internal import Events
internal import Store
internal import Wire

/// Users as others and they themselves see them.
extension Registrar {
  /// The account of an address, for its owner and for administrators.
  nonisolated(nonsending) func account(
    _ query: AccountQuery, _ context: CallContext
  ) async throws(Fault) -> Account {
    let principal = context.principal
    let isAdministrator = principal.permissions.contains(.admin)
    let user = try await setup.database.read { (reader) throws(Fault) in
      try Fault.translating { () throws(StoreError) in
        try UserRecord.find(email: query.email, in: reader)
      }
    }
    // Nobody else learns whether there is such an account.
    guard isAdministrator || user.map({ $0.id == principal.account }) ?? false else {
      throw Fault(.forbidden, "only the owner of an address may ask for its account")
    }
    guard let user else { throw Fault(.notFound, "nobody has this address") }
    return user.account
  }

  /// The caller's own profile.
  nonisolated(nonsending) func me(_ context: CallContext) async throws(Fault) -> Profile {
    let principal = context.principal
    let began = profiles.now
    let user = try await setup.database.read { (reader) throws(Fault) in
      try Fault.translating { () throws(StoreError) in
        try principal.account.flatMap { id throws(StoreError) in
          try UserRecord.find(id: id, in: reader)
        }
      }
    }
    guard let user else { throw Self.noUser }
    profiles.keep(user.profile, since: began)
    return user.profile
  }

  /// Changes the caller's own profile.
  func change(
    _ input: ProfileChange, _ context: CallContext, completion: @escaping ChangeCompletion
  ) throws(Fault) {
    guard input.username.isPresent || input.avatarURL.isPresent || input.bio.isPresent else {
      throw Fault(.invalid, "give at least one of username, avatar_url and bio")
    }
    let username = try Self.username(input.username)
    if let username { try Self.check(username) }
    guard let id = context.principal.account else { throw Self.noUser }
    let (registrar, occasion) = (self, occasion(context))
    OnceOnly.run(
      context.claim, for: Profile.self, on: setup.database, now: occasion.now,
      { (transaction) throws(Fault) in
        .success(ChangeAnswer(try registrar.change(id, input, username, occasion, in: transaction)))
      }, completion: completion)
  }

  private func change(
    _ id: String, _ input: ProfileChange, _ username: Username?, _ occasion: AccountOccasion,
    in transaction: borrowing Transaction
  ) throws(Fault) -> Profile {
    let (user, holder) = try Fault.translating { () throws(StoreError) in
      (
        try UserRecord.find(id: id, in: transaction),
        try username.flatMap { name throws(StoreError) in
          try UserRecord.find(username: name, in: transaction)
        }
      )
    }
    guard let user else { throw Self.noUser }
    guard holder == nil || holder?.id == id else { throw Self.taken }
    let profile = Profile(
      id: id, username: username?.text ?? user.username,
      avatarURL: input.avatarURL.applied(to: user.avatarURL, \.text),
      bio: input.bio.applied(to: user.bio, \.text))
    try Fault.translating { () throws(StoreError) in
      try transaction.execute(
        """
        UPDATE users SET username = ?2, username_folded = ?3, avatar_url = ?4, bio = ?5
        WHERE id = ?1
        """, .text(id), .text(profile.username), .text(profile.username.lowercased()),
        .optional(profile.avatarURL), .optional(profile.bio))
      try note(
        .profileUpdated, of: Party("user", id), tenant: nil, occasion, in: transaction)
    }
    transaction.afterCommit { [profiles] in profiles.forget(id) }
    return profile
  }

  /// The name that is asked for; nil where none is.
  private static func username(_ change: Patch<Username>) throws(Fault) -> Username? {
    switch change {
    case .absent: return nil
    case .null:
      throw Fault(
        DecodeError(.wrongType, at: nil, "expected a string").within(key: "username"))
    case .value(let username): return username
    }
  }

  /// The profile of a user, for every user.
  nonisolated(nonsending) func profile(
    of reference: UserReference
  ) async throws(Fault) -> Profile {
    let user = try await setup.database.read { (reader) throws(Fault) in
      try Fault.translating { () throws(StoreError) in
        try UserRecord.find(username: reference.username, in: reader)
      }
    }
    guard let user, user.state == .active else {
      throw Fault(.notFound, "nobody is called \(reference.username.text)")
    }
    return user.profile
  }

  private static let noUser = Fault(.notFound, "this caller is no user")
}

extension Principal {
  /// The user that the caller is; nil for callers that are none.
  var account: String? { kind == .session ? id : user }
}

extension Patch {
  /// What becomes of a field that was `old`.
  fileprivate func applied(to old: String?, _ text: (Value) -> String) -> String? {
    switch self {
    case .absent: old
    case .null: nil
    case .value(let value): text(value)
    }
  }
}
