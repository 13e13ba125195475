package import Contract
package import Events
package import Store
package import Wire

/// Where users talk with agents: a turn of a chat is a run in the user's own tenant.
package struct ChatDesk: Sendable {
  /// How long a turn may take, the wait for earlier ones of its chat included (the catalogue,
  /// §3.3).
  private static let turnMilliseconds = 120_000

  private let registrar: Registrar
  private let runs: any ChatRuns

  /// Chats of the registrar's users.
  package init(_ registrar: Registrar, _ runs: any ChatRuns) {
    self.registrar = registrar
    self.runs = runs
  }

  /// The rows of chats (document 003).
  package static let methods: [Method<ChatDesk>] = [
    Method(
      taskOrFeed: "switchyard.accounts.v1.AgentChats/Create", .post, "/api/v1/agent-chats",
      zone: .accounts,
      summary: "Gives a message to an agent, and answers with all that came of it.",
      of: ChatEvent.self, permission: .write, faults: [.forbidden, .unavailable],
      markdownField: "message", example: AccountExamples.chat,
      answer: { (desk, input: ChatInput, context) async throws(Fault) -> Answer<ChatAnswer> in
        try await desk.answer(input, context)
      },
      feed: { (desk, input: ChatInput, context) async throws(Fault) -> FeedReply in
        try await desk.open(input, context)
      })
  ]

  /// Notes in the user's account that a turn is over, when the session of runs is a chat's.
  package static func noteEnd(
    of run: String, in session: String, _ scope: Scope, status: String, at now: Timestamp,
    log: EventLog, _ transaction: borrowing Transaction
  ) throws(StoreError) {
    guard ChatSessionID(sessionKey: session) != nil else { return }
    let user = Party("user", scope.user)
    let draft = AccountEventType.chatTurnFinished.draft(
      of: user, by: user, tenant: scope.organisation, at: now, correlationID: nil,
      ["run": .text(run), "status": .text(status)])
    try log.append([draft], in: transaction)
  }

  /// A turn that has begun.
  private struct Begun {
    let session: ChatSessionID
    let turn: ChatTurn
    let run: String
    let isReplayed: Bool
  }

  private nonisolated(nonsending) func begin(
    _ input: ChatInput, _ context: CallContext
  ) async throws(Fault) -> Begun {
    let scope = try Self.scope(of: context.principal)
    let session: ChatSessionID
    if let given = input.sessionID { session = given } else { session = try freshSession() }
    let turn = ChatTurn(
      scope: scope, sessionKey: session.sessionKey, message: input.message.text,
      milliseconds: Self.turnMilliseconds)
    let (registrar, occasion) = (registrar, registrar.occasion(context))
    let begun = try await runs.begin(turn, context.claim) { (run, transaction) throws(Fault) in
      try Self.enter(session, scope, run, occasion, in: transaction)
      try Fault.translating { () throws(StoreError) in
        try registrar.note(
          .chatTurnStarted, of: Party("user", scope.user), tenant: scope.organisation, occasion,
          ["run": .text(run)], in: transaction)
      }
    }
    return Begun(
      session: ChatSessionID(sessionKey: begun.session) ?? session, turn: turn, run: begun.run,
      isReplayed: begun.isReplayed)
  }

  private func freshSession() throws(Fault) -> ChatSessionID {
    guard let session = ChatSessionID(checking: registrar.setup.identifiers.uuid().text) else {
      throw Fault(.broken, "a UUID of ours is none")
    }
    return session
  }

  /// Where the caller's chats are.
  private static func scope(of principal: Principal) throws(Fault) -> Scope {
    if principal.kind == .unchecked {
      return Scope(organisation: principal.id, user: principal.id, project: nil)
    }
    guard let organisation = principal.organisation, let user = principal.user ?? principal.account
    else {
      throw Fault(.forbidden, "this caller is no user: chats belong to users")
    }
    return Scope(organisation: organisation, user: user, project: nil)
  }

  /// Notes the turn in its chat, which is the caller's or new.
  private static func enter(
    _ session: ChatSessionID, _ scope: Scope, _ run: String, _ occasion: AccountOccasion,
    in transaction: borrowing Transaction
  ) throws(Fault) {
    let isOwn = try Fault.translating { () throws(StoreError) in
      try transaction.execute(
        """
        INSERT INTO chat_sessions (id, user_id, last_run_id, created_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (id) DO UPDATE SET last_run_id = excluded.last_run_id
          WHERE user_id = excluded.user_id
        """, .text(session.text), .text(scope.user), .text(run),
        .integer(occasion.now.milliseconds)) == 1
    }
    guard isOwn else { throw .field("session_id", "this chat is somebody else's") }
  }

  /// The answer to a message, once its turn is over.
  private nonisolated(nonsending) func answer(
    _ input: ChatInput, _ context: CallContext
  ) async throws(Fault) -> Answer<ChatAnswer> {
    let begun = try await begin(input, context)
    let events = try await transcript(of: begun)
    let output = events.last { $0.type == ChatEventType.runFinished.rawValue }?.output ?? ""
    return Answer(
      ChatAnswer(sessionID: begun.session.text, output: output, events: events),
      isReplayed: begun.isReplayed)
  }

  /// The whole of a turn; one that takes too long is ended.
  private nonisolated(nonsending) func transcript(of begun: Begun) async throws(Fault)
    -> [ChatEvent]
  {
    let (stream, source) = runs.events(of: begun.run)
    let signal = runs.join(stream)
    defer { runs.leave(stream) }
    let clock = registrar.setup.clock
    let due = clock.nanoseconds / 1_000_000 + Int64(begun.turn.milliseconds)
    var transcript = ChatTranscript(of: begun.run)
    var (events, position) = ([ChatEvent](), Int64(0))
    while !transcript.isOver {
      let seen = signal.rings
      let page = try await source.page(after: position, limit: 256)
      for item in page.items { events += transcript.take(item.event.value) }
      if page.position > position {
        position = page.position
        continue
      }
      // Nobody reads this any more; the turn goes on, and a call with the same key is told of it.
      if Task.isCancelled { return events }
      let left = due - clock.nanoseconds / 1_000_000
      guard left > 0 else {
        // Whoever reads the run's own stream is told the same.
        try await runs.stop(begun.run, of: begun.turn)
        return events + transcript.giveUp("the turn took too long")
      }
      await registrar.setup.pausing.rest(for: .milliseconds(left)) {
        await signal.wait(past: seen)
      }
    }
    return events
  }

  /// The events of a turn, as they come.
  private nonisolated(nonsending) func open(
    _ input: ChatInput, _ context: CallContext
  ) async throws(Fault) -> FeedReply {
    let begun = try await begin(input, context)
    let (stream, source) = runs.events(of: begun.run)
    let greeting: WireValue = [
      "session_id": .text(begun.session.text), "run_id": .text(begun.run),
    ]
    return .open(
      FeedPlan(
        topic: FeedTopic(stream: stream, filter: "chat"),
        source: ChatFeed(run: begun.run, source: source),
        tenant: begun.turn.scope.organisation, position: 0,
        greeting: StoredJSON(encoding: greeting), eventName: "message"))
  }
}
