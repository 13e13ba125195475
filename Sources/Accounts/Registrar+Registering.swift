internal import Contract
internal import Events
internal import Identity
internal import Store
internal import Wire

/// From an address to a user: a code goes by mail, and comes back.
extension Registrar {
  /// Begins a registration; the answer is the same whoever has the address.
  nonisolated(nonsending) func register(
    _ input: Registration, _ context: CallContext
  ) async throws(Fault) -> Answer<RegistrationReceipt> {
    try Self.check(input.username)
    if let page = input.redirectTo,
      !setup.redirectOrigins.contains(page.origin)
        || !page.text.hasPrefix("https://")
    {
      throw .field("redirect_to", "not a page that this server sends people to")
    }
    let passwordHash = try await setup.hasher.hash(input.password.text)
    let (registrar, occasion) = (self, occasion(context))
    return try await OnceOnly.run(
      context.claim, on: setup.database, now: occasion.now, sealedBy: seal
    ) { (transaction) throws(Fault) in
      try registrar.spendMail(input.email, occasion, in: transaction)
      try registrar.register(input, passwordHash, occasion, in: transaction)
      return .success(RegistrationReceipt(email: input.email.text))
    }
  }

  private func register(
    _ input: Registration, _ passwordHash: String, _ occasion: AccountOccasion,
    in transaction: borrowing Transaction
  ) throws(Fault) {
    let user = try Fault.translating { () throws(StoreError) in
      try UserRecord.find(email: input.email, in: transaction)
    }
    let party: Party
    if let user {
      party = Party("user", user.id)
      try post(
        .alreadyRegistered(to: user.email), .alreadyRegistered, occasion, in: transaction)
    } else {
      let code = Self.freshCode()
      let record = VerificationRecord(
        id: setup.identifiers.next("ver_"), email: input.email, username: input.username,
        passwordHash: passwordHash, codeHash: hash(of: code, for: input.email),
        redirectTo: input.redirectTo, now: occasion.now)
      party = Party("verification", record.id)
      try Fault.translating { () throws(StoreError) in
        try record.replace(input.email, at: occasion.now, in: transaction)
      }
      try send(code, of: record, occasion, in: transaction)
    }
    try Fault.translating { () throws(StoreError) in
      try note(.verificationRequested, of: party, tenant: nil, occasion, in: transaction)
    }
  }

  /// Sends another code, if a registration waits for one; the answer does not say.
  nonisolated(nonsending) func resend(
    _ input: Resending, _ context: CallContext
  ) async throws(Fault) -> Answer<Done> {
    let (registrar, occasion, database) = (self, occasion(context), setup.database)
    return try await steadily { () async throws(Fault) in
      try await OnceOnly.run(context.claim, on: database, now: occasion.now) {
        (transaction) throws(Fault) in
        try registrar.spendMail(input.email, occasion, in: transaction)
        try registrar.resend(input, occasion, in: transaction)
        return .success(Done())
      }
    }
  }

  private func resend(
    _ input: Resending, _ occasion: AccountOccasion, in transaction: borrowing Transaction
  ) throws(Fault) {
    let found = try Fault.translating { () throws(StoreError) in
      try VerificationRecord.find(input.email, in: transaction)
    }
    guard let record = found else { return }
    let code = Self.freshCode()
    try Fault.translating { () throws(StoreError) in
      try record.renew(
        codeHash: hash(of: code, for: input.email), at: occasion.now, in: transaction)
      try note(
        .verificationResent, of: Party("verification", record.id), tenant: nil, occasion,
        in: transaction)
    }
    try send(code, of: record, occasion, in: transaction)
  }

  private func send(
    _ code: VerificationCode, of record: VerificationRecord, _ occasion: AccountOccasion,
    in transaction: borrowing Transaction
  ) throws(Fault) {
    let letter = Letter.verification(
      to: record.email, username: record.username, code: code.text, redirectTo: record.redirectTo)
    try post(letter, .verification, occasion, in: transaction)
  }

  /// Counts a mail to an address; refuses one too many, whether there would be a mail or not.
  private func spendMail(
    _ email: EmailAddress, _ occasion: AccountOccasion, in transaction: borrowing Transaction
  ) throws(Fault) {
    let now = occasion.now
    if let pause = AccountRate.mailPause(setup.limits) {
      try buckets.take(pause, for: email.folded, now: now, in: transaction)
    }
    try buckets.take(AccountRate.mails, for: email.folded, now: now, in: transaction)
    let all = AccountRate.allMails.scaled(setup.limits.rateScale)
    try buckets.take(all, for: "", now: now, in: transaction)
  }

  /// Puts a letter on its way.
  private func post(
    _ letter: Letter, _ template: MailTemplate, _ occasion: AccountOccasion,
    in transaction: borrowing Transaction
  ) throws(Fault) {
    try Fault.translating { () throws(StoreError) in
      try outbox.put(
        letter, template, id: setup.identifiers.next("mail_"), now: occasion.now, in: transaction)
    }
  }

  /// Ends a registration: the code is used up, the user is there, and a session is open.
  nonisolated(nonsending) func verify(
    _ input: Verification, _ context: CallContext
  ) async throws(Fault) -> Answer<SessionBody> {
    let (registrar, occasion, database, seal) = (self, occasion(context), setup.database, seal)
    return try await steadily { () async throws(Fault) in
      try await OnceOnly.run(context.claim, on: database, now: occasion.now, sealedBy: seal) {
        (transaction) throws(Fault) in
        try registrar.verify(input, occasion, in: transaction)
      }
    }
  }

  private func verify(
    _ input: Verification, _ occasion: AccountOccasion, in transaction: borrowing Transaction
  ) throws(Fault) -> Result<SessionBody, Fault> {
    let found = try Fault.translating { () throws(StoreError) in
      try VerificationRecord.find(input.email, in: transaction)
    }
    guard let record = found, record.isOpen(at: occasion.now) else {
      return .failure(Self.wrongCode)
    }
    guard matches(input, record) else {
      try Fault.translating { () throws(StoreError) in
        try record.noteAttempt(in: transaction)
        try note(
          .verificationFailed, of: Party("verification", record.id), tenant: nil, occasion,
          ["attempts": .integer(record.attempts + 1)], in: transaction)
      }
      return .failure(Self.wrongCode)
    }
    return .success(try admit(record, input.email, occasion, in: transaction))
  }

  private func admit(
    _ record: VerificationRecord, _ email: EmailAddress, _ occasion: AccountOccasion,
    in transaction: borrowing Transaction
  ) throws(Fault) -> SessionBody {
    guard let username = Username(checking: record.username),
      let address = EmailAddress(checking: record.email)
    else { throw Fault(.broken, "a registration does not read") }
    let isTaken = try Fault.translating { () throws(StoreError) in
      try UserRecord.find(username: username, in: transaction) != nil
    }
    if isTaken { throw Self.taken }
    let user = NewUser(
      id: setup.identifiers.uuid().text, tenant: setup.identifiers.next("org_"),
      username: username, email: address, passwordHash: record.passwordHash,
      signedInAt: occasion.now)
    try Fault.translating { () throws(StoreError) in
      try VerificationRecord.remove(email, in: transaction)
      try user.insert(at: occasion.now, in: transaction)
      for type in [AccountEventType.userCreated, .signedIn] {
        try note(
          type, of: Party("user", user.id), tenant: user.tenant, occasion, in: transaction)
      }
    }
    return try openSession(
      of: SessionUser(id: user.id, email: address.text), occasion, in: transaction)
  }

  private func matches(_ input: Verification, _ record: VerificationRecord) -> Bool {
    isSame(hash(of: input.token, for: input.email), record.codeHash)
  }

  /// The outcome of `work`, no earlier than some milliseconds from now.
  ///
  /// How long it took to find out whether an address is known is not for its caller to know.
  private nonisolated(nonsending) func steadily<Outcome>(
    _ work: nonisolated(nonsending) () async throws(Fault) -> Outcome
  ) async throws(Fault) -> Outcome {
    let due = setup.clock.nanoseconds + Self.steadyNanoseconds
    let outcome: Result<Outcome, Fault>
    do throws(Fault) {
      outcome = .success(try await work())
    } catch {
      outcome = .failure(error)
    }
    do throws(CancellationError) {
      // Whatever takes longer takes whole turns: a slow disk tells nothing either.
      let late = max(setup.clock.nanoseconds - due, 0)
      let turns = (late + Self.steadyNanoseconds - 1) / Self.steadyNanoseconds
      let left = due + turns * Self.steadyNanoseconds - setup.clock.nanoseconds
      try await setup.pausing.pause(for: .nanoseconds(max(left, 0)))
    } catch {
      // The caller has gone, or the server ends: nobody measures any more.
      return try outcome.get()
    }
    return try outcome.get()
  }

  /// Longer than nearly all commits take.
  private static let steadyNanoseconds: Int64 = 20_000_000

  static func check(_ username: Username) throws(Fault) {
    if username.isReserved { throw .field("username", "this name is reserved") }
  }

  /// A name that somebody else has.
  static let taken = Fault(
    .invalid, "username: this name is taken",
    details: [Fault.Detail("field", "username"), Fault.Detail("kind", "taken")])

  /// One refusal for every code that is not the right one now.
  private static let wrongCode = Fault(.unauthenticated, "the code is wrong or has expired")
}
