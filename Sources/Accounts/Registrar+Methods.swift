package import Contract

extension Registrar {
  /// The rows of accounts (document 003).
  package static let methods: [Method<Registrar>] = registering + sessions + users

  private static let registering: [Method<Registrar>] = [
    Method(
      task: "switchyard.accounts.v1.Auth/Register", .post, "/api/v1/auth/verifications",
      zone: .accounts, summary: "Begins a registration: a code goes to the address by mail.",
      permission: nil, status: 202, faults: [.throttled, .unavailable],
      example: AccountExamples.register
    ) {
      (registrar, input: Registration, context) async throws(Fault)
        -> Answer<RegistrationReceipt> in
      try await registrar.register(input, context)
    }.limited(AccountRate.registrations),
    Method(
      task: "switchyard.accounts.v1.Auth/Resend", .post, "/api/v1/auth/verifications/resend",
      zone: .accounts, summary: "Sends another code, if a registration waits for one.",
      permission: nil, status: 204, faults: [.throttled, .unavailable],
      example: AccountExamples.resend
    ) { (registrar, input: Resending, context) async throws(Fault) -> Answer<Done> in
      try await registrar.resend(input, context)
    }.limited(AccountRate.resendings),
    Method(
      task: "switchyard.accounts.v1.Auth/Verify", .post, "/api/v1/auth/verifications/verify",
      zone: .accounts, summary: "Ends a registration by the code, and opens a session.",
      permission: nil, faults: [.unauthenticated, .unavailable], example: AccountExamples.verify
    ) { (registrar, input: Verification, context) async throws(Fault) -> Answer<SessionBody> in
      try await registrar.verify(input, context)
    }.limited(AccountRate.verifications),
  ]

  private static let sessions: [Method<Registrar>] = [
    Method(
      task: "switchyard.accounts.v1.Auth/SignIn", .post, "/api/v1/auth/sessions", zone: .accounts,
      summary: "Opens a session by address and password.", permission: nil,
      faults: [.unauthenticated, .throttled, .unavailable], example: AccountExamples.signIn
    ) { (registrar, input: SignIn, context) async throws(Fault) -> Answer<SessionBody> in
      try await registrar.signIn(input, context)
    }.limited(AccountRate.signIns),
    Method(
      change: "switchyard.accounts.v1.Auth/Refresh", .post, "/api/v1/auth/sessions/refresh",
      zone: .accounts, summary: "Renews a session: its token is used up, another takes its place.",
      permission: nil, faults: [.unauthenticated, .unavailable], example: AccountExamples.refresh,
      answer: SessionBody.self
    ) { (registrar, input: RefreshTokenInput, context, completion) throws(Fault) in
      try registrar.refresh(input, context, completion: completion)
    }.limited(AccountRate.refreshes).withoutKey(),
    Method(
      change: "switchyard.accounts.v1.Auth/SignOut", .delete, "/api/v1/auth/sessions",
      zone: .accounts,
      summary: "Ends the session of a refresh token, or the caller's own; also what is none.",
      permission: nil, status: 204, faults: [.unavailable], example: AccountExamples.signOut,
      answer: Done.self
    ) { (registrar, input: SignOut, context, completion) throws(Fault) in
      try registrar.signOut(input, context, completion: completion)
    }.withBody().knowingCaller(),
  ]

  private static let users: [Method<Registrar>] = [
    Method(
      task: "switchyard.accounts.v1.Auth/FindUser", .get, "/api/v1/auth/users", zone: .accounts,
      summary: "Shows the account of an address, to its owner and to administrators.",
      permission: .read, faults: [.notFound], example: AccountExamples.findUser
    ) { (registrar, query: AccountQuery, context) async throws(Fault) -> Answer<Account> in
      Answer(try await registrar.account(query, context))
    },
    Method(
      either: "switchyard.accounts.v1.Users/Me", .get, "/api/v1/users/me", zone: .accounts,
      summary: "Shows the caller's own profile.", permission: .read, faults: [.notFound],
      example: AccountExamples.me,
      memory: { (registrar, _: NoInput, head) throws(Fault) -> EncodedOnce<Profile>? in
        registrar.profiles.find(head.principal.account)
      },
      run: { (registrar, _: NoInput, context) async throws(Fault) -> Profile in
        try await registrar.me(context)
      }),
    Method(
      change: "switchyard.accounts.v1.Users/UpdateMe", .patch, "/api/v1/users/me",
      zone: .accounts, summary: "Changes the caller's own profile.", permission: .write,
      faults: [.notFound], example: AccountExamples.updateMe, answer: Profile.self
    ) { (registrar, input: ProfileChange, context, completion) throws(Fault) in
      try registrar.change(input, context, completion: completion)
    },
    Method(
      task: "switchyard.accounts.v1.Users/Get", .get, "/api/v1/users/{username}",
      zone: .accounts, summary: "Shows the profile of a user.", permission: .read,
      faults: [.notFound], example: AccountExamples.getUser
    ) { (registrar, reference: UserReference, _) async throws(Fault) -> Answer<Profile> in
      Answer(try await registrar.profile(of: reference))
    },
  ]
}
