package import Contract
internal import Cryptography
package import Events
package import Identity
package import Store
internal import Wire

/// What the domain of accounts is made from.
package struct RegistrarSetup: Sendable {
  package let database: Database
  package let log: EventLog
  package let wallClock: any WallClock
  package let clock: any MonotonicClock
  package let pausing: any Pausing
  package let identifiers: any IdentifierSource
  package let hasher: PasswordHasher
  package let master: MasterKey
  package let accessTokens: AccessTokens
  package let limits: AccountLimits
  /// The origins that mails may send their readers to, in lower case.
  package let redirectOrigins: Set<String>

  package init(
    database: Database, log: EventLog, wallClock: any WallClock, clock: any MonotonicClock,
    pausing: any Pausing, identifiers: any IdentifierSource, hasher: PasswordHasher,
    master: MasterKey,
    accessTokens: AccessTokens, limits: AccountLimits, redirectOrigins: Set<String>
  ) {
    self.database = database
    self.log = log
    self.wallClock = wallClock
    self.clock = clock
    self.pausing = pausing
    self.identifiers = identifiers
    self.hasher = hasher
    self.master = master
    self.accessTokens = accessTokens
    self.limits = limits
    self.redirectOrigins = redirectOrigins
  }
}

/// The domain of accounts: who may come in, by what, and as whom they are known.
///
/// The truth is in the store, so that there is nothing for an actor to hold.
package struct Registrar: Sendable {
  let setup: RegistrarSetup
  let families: TokenFamilies
  let outbox: Outbox
  let buckets: StoredBuckets
  let seal: OutcomeSeal
  let profiles: RecentProfiles
  private let codeKey: [UInt8]
  private let networkKey: [UInt8]

  package init(_ setup: RegistrarSetup) {
    let master = setup.master
    self.setup = setup
    families = TokenFamilies(
      master: master, graceMilliseconds: Int64(setup.limits.refreshGraceSeconds) * 1000,
      lifetimes: .account)
    outbox = Outbox(master: master, signal: WorkSignal())
    buckets = StoredBuckets(key: master.derived(for: "rate buckets"))
    seal = OutcomeSeal(
      seal: { master.seal($0, place: $1) }, open: { master.open($0, place: $1) })
    codeKey = master.derived(for: "verification codes")
    profiles = RecentProfiles(clock: setup.clock)
    networkKey = master.derived(for: "networks in events")
  }

  /// Whoever forgets what this domain needs no longer.
  package var housekeeper: Housekeeper { Housekeeper(setup) }

  /// Whoever takes this domain's mail to its transport.
  package func postman(
    _ route: MailRoute, observe: @escaping @Sendable (MailEvent) -> Void
  ) -> Postman {
    Postman(
      outbox, route, database: setup.database, wallClock: setup.wallClock, pausing: setup.pausing,
      observe: observe)
  }

  /// What is kept of a code: nobody who has a copy of the store can try a million.
  func hash(of code: VerificationCode, for email: EmailAddress) -> [UInt8] {
    HMACSHA256.code(of: Array("\(email.folded)\n\(code.text)".utf8).span, key: codeKey).bytes
  }

  /// A code that nobody can guess, each as likely as the others.
  static func freshCode() -> VerificationCode {
    while true {
      let number = SecureRandom.bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      // The last part of the range would make some codes likelier.
      guard number < 4_294_000_000 else { continue }
      let digits = String(number % 1_000_000)
      let text = String(repeating: "0", count: 6 - digits.count) + digits
      if let code = VerificationCode(checking: text) { return code }
    }
  }

  /// Opens a session of a user who has just proved who they are.
  func openSession(
    of user: SessionUser, _ occasion: AccountOccasion, in transaction: borrowing Transaction
  ) throws(Fault) -> SessionBody {
    let standing = try Self.standing(of: user.id, in: transaction)
    let family = setup.identifiers.next("fam_")
    let refreshToken = try Fault.translating { () throws(StoreError) in
      try families.open(
        .account, id: family, subject: user.id, tenant: standing.tenant, now: occasion.now,
        in: transaction)
    }
    return try body(user, standing, family: family, refreshToken, occasion, in: transaction)
  }

  /// What a session is answered with.
  func body(
    _ user: SessionUser, _ standing: Standing, family: String, _ refreshToken: String,
    _ occasion: AccountOccasion, in transaction: borrowing Transaction
  ) throws(Fault) -> SessionBody {
    let bearer = AccessTokens.Bearer(
      user: user.id, tenant: standing.tenant, roles: standing.roles, family: family)
    let accessToken = try setup.accessTokens.issue(
      to: bearer, id: setup.identifiers.next("at_"), now: occasion.now, in: transaction)
    return SessionBody(
      accessToken: accessToken, refreshToken: refreshToken,
      expiresIn: setup.accessTokens.lifetimeSeconds, tokenType: "bearer", user: user)
  }

  /// What a user is; nobody who may come in belongs nowhere.
  static func standing(
    of user: String, in transaction: borrowing Transaction
  ) throws(Fault) -> Standing {
    let standing = try Fault.translating { () throws(StoreError) in
      try Standing.of(user, in: transaction)
    }
    guard let standing else { throw Fault(.broken, "the user belongs to no tenant") }
    return standing
  }

  /// The moment and the place of a call.
  func occasion(_ context: CallContext) -> AccountOccasion {
    let code = HMACSHA256.code(of: Array(context.network.name.utf8).span, key: networkKey)
    return AccountOccasion(
      now: setup.wallClock.now, network: Hexadecimal.encode(Array(code.bytes.prefix(8))),
      correlationID: context.correlationID.text)
  }

  /// Writes that something happened to an account.
  func note(
    _ type: AccountEventType, of subject: Party, tenant: String?, _ occasion: AccountOccasion,
    _ members: [String: WireValue] = [:], in transaction: borrowing Transaction
  ) throws(StoreError) {
    var members = members
    members["network"] = .text(occasion.network)
    let draft = type.draft(
      of: subject, by: subject, tenant: tenant, at: occasion.now,
      correlationID: occasion.correlationID, members)
    try setup.log.append([draft], in: transaction)
  }
}

/// The moment and the place of a call, as events tell them.
struct AccountOccasion: Sendable {
  let now: Timestamp
  /// Where the caller is, as a code that tells two places apart and nothing more.
  let network: String
  let correlationID: String
}

/// What happens to accounts (the catalogue, §3.4).
enum AccountEventType: String, CaseIterable, Sendable {
  case verificationRequested = "auth.verification_requested"
  case verificationResent = "auth.verification_resent"
  case verificationFailed = "auth.verification_failed"
  case userCreated = "auth.user_created"
  case userDisabled = "auth.user_disabled"
  case userEnabled = "auth.user_enabled"
  case passwordReset = "auth.password_reset"
  case signedIn = "auth.signed_in"
  case signInFailed = "auth.sign_in_failed"
  case tokenRotated = "auth.token_rotated"
  case signedOut = "auth.signed_out"
  case familyCompromised = "auth.family_compromised"
  case profileUpdated = "user.profile_updated"
  case chatTurnStarted = "chat.turn_started"
  case chatTurnFinished = "chat.turn_finished"
}

extension AccountEventType {
  /// The event that this happened to an account.
  func draft(
    of subject: Party, by actor: Party, tenant: String?, at now: Timestamp,
    correlationID: String?, _ members: [String: WireValue] = [:]
  ) -> EventDraft {
    EventDraft(
      stream: "acct:\(subject.id)", tenant: tenant ?? "platform", project: nil, type: rawValue,
      time: now, actor: actor, subject: subject, correlationID: correlationID
    ) { sequence, _ in
      var payload: WireValue = [
        "seq": .integer(sequence), "type": .text(rawValue), "timestamp": .text(now.text),
        "subject": .text(subject.id),
      ]
      for (name, value) in members.sorted(by: { $0.key < $1.key }) { payload[name] = value }
      return payload
    }
  }
}
