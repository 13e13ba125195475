internal import Contract
internal import Cryptography
internal import Events
internal import Identity
internal import Store
internal import Wire

/// Sessions: opened by a password, renewed by a token, ended.
extension Registrar {
  /// Opens a session; whoever has no account is answered as late as who has.
  nonisolated(nonsending) func signIn(
    _ input: SignIn, _ context: CallContext
  ) async throws(Fault) -> Answer<SessionBody> {
    let (registrar, occasion) = (self, occasion(context))
    // Counted as wrong until it is right: as many as may be wrong are looked at, also at once.
    let known = try await setup.database.write { (transaction) throws(Fault) -> UserRecord? in
      try registrar.buckets.take(
        AccountRate.wrongPasswords, for: input.email.folded, now: occasion.now, in: transaction)
      return try Fault.translating { () throws(StoreError) in
        try UserRecord.find(email: input.email, in: transaction)
      }
    }
    let verdict: PasswordHasher.Verdict
    do throws(Fault) {
      verdict = try await setup.hasher.check(input.password.text, against: known?.passwordHash)
    } catch {
      try await giveBack(input.email)
      throw error
    }
    if verdict != .wrong { try await giveBack(input.email) }
    return try await OnceOnly.run(
      context.claim, on: setup.database, now: occasion.now, sealedBy: seal
    ) { (transaction) throws(Fault) in
      guard verdict != .wrong, let known,
        let user = try registrar.unchanged(known, in: transaction)
      else {
        try registrar.noteFailure(known, occasion, in: transaction)
        return .failure(Self.wrongPassword)
      }
      return .success(try registrar.admit(user, verdict, occasion, in: transaction))
    }
  }

  /// Takes back what was counted for a password that was not wrong.
  private nonisolated(nonsending) func giveBack(_ email: EmailAddress) async throws(Fault) {
    let buckets = buckets
    try await setup.database.write { (transaction) throws(Fault) in
      try Fault.translating { () throws(StoreError) in
        try buckets.giveBack(AccountRate.wrongPasswords, for: email.folded, in: transaction)
      }
    }
  }

  /// The user, when they may come in and have the password that was checked.
  private func unchanged(
    _ known: UserRecord, in transaction: borrowing Transaction
  ) throws(Fault) -> UserRecord? {
    let user = try Fault.translating { () throws(StoreError) in
      try UserRecord.find(id: known.id, in: transaction)
    }
    guard let user, user.state == .active, user.passwordHash == known.passwordHash else {
      return nil
    }
    return user
  }

  private func admit(
    _ user: UserRecord, _ verdict: PasswordHasher.Verdict, _ occasion: AccountOccasion,
    in transaction: borrowing Transaction
  ) throws(Fault) -> SessionBody {
    var rehashed: String?
    if case .rightAfter(rehashing: let hash) = verdict { rehashed = hash }
    let standing = try Self.standing(of: user.id, in: transaction)
    try Fault.translating { () throws(StoreError) in
      try user.noteSignIn(at: occasion.now, rehashed: rehashed, in: transaction)
      try note(
        .signedIn, of: Party("user", user.id), tenant: standing.tenant, occasion, in: transaction)
    }
    return try openSession(
      of: SessionUser(id: user.id, email: user.email), occasion, in: transaction)
  }

  private func noteFailure(
    _ user: UserRecord?, _ occasion: AccountOccasion, in transaction: borrowing Transaction
  ) throws(Fault) {
    // Also where nobody has the address, which takes as long and is as much worth knowing.
    let party = user.map { Party("user", $0.id) } ?? Party("network", occasion.network)
    try Fault.translating { () throws(StoreError) in
      try note(.signInFailed, of: party, tenant: nil, occasion, in: transaction)
    }
  }

  /// Renews a session by its refresh token.
  func refresh(
    _ input: RefreshTokenInput, _ context: CallContext, completion: @escaping ChangeCompletion
  ) throws(Fault) {
    let (registrar, occasion) = (self, occasion(context))
    // Under no claim: the grace is what a lost answer needs, and a kept answer would let an old
    // token come back long after it.
    OnceOnly.run(
      nil, for: SessionBody.self, on: setup.database, now: occasion.now,
      { (transaction) throws(Fault) in
        try registrar.refresh(input, occasion, in: transaction).map { ChangeAnswer($0) }
      }, completion: completion)
  }

  private func refresh(
    _ input: RefreshTokenInput, _ occasion: AccountOccasion,
    in transaction: borrowing Transaction
  ) throws(Fault) -> Result<SessionBody, Fault> {
    let outcome = try Fault.translating { () throws(StoreError) in
      try families.present(input.refreshToken.text, .account, now: occasion.now, in: transaction)
    }
    switch outcome {
    case .unknown, .ended: return .failure(Self.wrongToken)
    case .reused(let family):
      try Fault.translating { () throws(StoreError) in
        try note(
          .familyCompromised, of: Party("user", family.subject), tenant: family.tenant, occasion,
          ["family": .text(family.id)], in: transaction)
      }
      return .failure(Self.wrongToken)
    case .renewed(let family, let refreshToken, let isRotated):
      let user = try Fault.translating { () throws(StoreError) in
        try UserRecord.find(id: family.subject, in: transaction)
      }
      // Thrown, so that the family stays as it was.
      guard let user, user.state == .active else { throw Self.wrongToken }
      let standing = try Self.standing(of: user.id, in: transaction)
      if isRotated {
        try Fault.translating { () throws(StoreError) in
          try note(
            .tokenRotated, of: Party("user", user.id), tenant: family.tenant, occasion,
            ["family": .text(family.id)], in: transaction)
        }
      }
      return .success(
        try body(
          SessionUser(id: user.id, email: user.email), standing, family: family.id, refreshToken,
          occasion, in: transaction))
    }
  }

  /// Ends a session; what is none is none already.
  func signOut(
    _ input: SignOut, _ context: CallContext, completion: @escaping ChangeCompletion
  ) throws(Fault) {
    let (registrar, occasion, principal) = (self, occasion(context), context.principal)
    guard input.refreshToken != nil || principal.kind == .session else {
      throw Fault(
        DecodeError(.missingField, at: nil, "no access token says whose session it is")
          .within(key: "refresh_token"))
    }
    OnceOnly.run(
      context.claim, for: Done.self, on: setup.database, now: occasion.now,
      { (transaction) throws(Fault) in
        try Fault.translating { () throws(StoreError) in
          let closed =
            if let token = input.refreshToken {
              try registrar.families.close(token.text, .account, in: transaction)
            } else {
              try registrar.families.close(of: principal, .account, in: transaction)
            }
          guard let family = closed else { return }
          try registrar.note(
            .signedOut, of: Party("user", family.subject), tenant: family.tenant, occasion,
            ["family": .text(family.id)], in: transaction)
        }
        return .success(ChangeAnswer(Done()))
      }, completion: completion)
  }

  /// One refusal for every address and password that do not open a session.
  private static let wrongPassword = Fault(.unauthenticated, "wrong email or password")
  /// One refusal for every refresh token that does not renew a session.
  private static let wrongToken = Fault(.unauthenticated, "invalid refresh token")
}

/// Whether two codes are the same, in a time that says nothing of where they differ.
func isSame(_ first: [UInt8], _ second: [UInt8]) -> Bool { constantTimeEqual(first, second) }
