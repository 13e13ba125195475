package import Contract
package import Models
internal import Store
internal import Wire

/// One server of tools: kept connected, begun anew when it fails, asked for its list and its calls.
package actor ToolServer {
  /// How the server stands.
  enum Standing: Hashable {
    case beginning
    case ready
    /// It is begun anew after a while.
    case down(MCPFailure)
  }

  /// What a server is made from.
  package struct Setup: Sendable {
    let connect: @Sendable () throws(MCPFailure) -> any MCPLink
    let pausing: any Pausing
    let clock: any MonotonicClock
    let version: String
    let limits: ToolServerLimits
    /// Hears what the server has come to, before anybody relies on it.
    let note: @Sendable (ToolServerNews) async -> Void

    /// A server that is reached by what `connect` gives.
    package init(
      connect: @escaping @Sendable () throws(MCPFailure) -> any MCPLink, pausing: any Pausing,
      clock: any MonotonicClock, version: String, limits: ToolServerLimits,
      note: @escaping @Sendable (ToolServerNews) async -> Void
    ) {
      self.connect = connect
      self.pausing = pausing
      self.clock = clock
      self.version = version
      self.limits = limits
      self.note = note
    }
  }

  let setup: Setup
  var session: MCPSession
  var link: (any MCPLink)?
  /// Connections so far: what comes of an earlier one concerns nobody.
  var connections = 0
  var standing = Standing.beginning
  /// What waits to be sent, or to be noted.
  var outgoing: [Errand] = []
  var answers: [Int64: ToolServerAnswer] = [:]
  /// Why the connection is over, before whoever keeps it has seen that.
  var failure: MCPFailure?
  /// Whether the server was told that both sides agree.
  private var isIntroduced = false
  /// Lists that were noted, or refused; and those that have come and are not noted yet.
  var listings = 0
  private var unnoted = 0
  /// Looks since the server last began or was asked for its list.
  private var looks = 0
  /// Rings when there is something to send, and when anything above has changed.
  nonisolated let wake = WorkSignal()
  nonisolated let changed = WorkSignal()
  private nonisolated let ended = WorkSignal()

  /// What is done one after the other.
  enum Errand {
    case send(MCPOutgoing)
    case note(ToolServerNews)
  }

  /// Looks in the time that an answer may take.
  private static let looksMax = 10

  package init(_ setup: Setup) {
    self.setup = setup
    session = MCPSession(version: setup.version)
  }

  /// Has `work` return.
  package nonisolated func stop() { ended.ring() }

  /// Keeps the server connected until it is stopped or the task is cancelled.
  package nonisolated func work() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.keep() }
      await ended.wait(past: 0)
      group.cancelAll()
    }
    // A task that is cancelled could not tell a server far away; who cancels it closes behind it.
    guard !Task.isCancelled else { return }
    await close()
  }

  /// Ends the connection, if there is one; it takes no longer than the limit.
  package nonisolated func close() async {
    guard let link = await takeLink() else { return }
    await setup.pausing.rest(for: setup.limits.closeMax) { await link.close() }
  }

  private func takeLink() -> (any MCPLink)? {
    defer { link = nil }
    return link
  }
}

/// How the connection is kept.
extension ToolServer {
  private nonisolated func keep() async {
    var failures = 0
    while !Task.isCancelled {
      let began = setup.clock.nanoseconds
      let (failure, wasReady) = await connection()
      guard !Task.isCancelled else { return }
      await close()
      let stood = Duration.nanoseconds(setup.clock.nanoseconds - began)
      if wasReady, stood >= setup.limits.standingMin { failures = 0 }
      // What stood is begun anew at once, the first time.
      let delay = failures == 0 && wasReady ? .zero : delay(after: failures)
      failures += 1
      await fall(failure, again: delay)
      guard await setup.pausing.rest(for: delay) else { return }
      await begin()
    }
  }

  private nonisolated func delay(after failures: Int) -> Duration {
    // Beyond six doublings it is the most anyway.
    min(setup.limits.againFirst * (1 << min(max(failures - 1, 0), 6)), setup.limits.againMax)
  }

  /// One connection from its begin to its end: why it ended, and whether it had been ready.
  private nonisolated func connection() async -> (MCPFailure, wasReady: Bool) {
    let link: any MCPLink
    do throws(MCPFailure) {
      link = try setup.connect()
    } catch {
      return (error, false)
    }
    let number = await take(link)
    let failure = await withTaskGroup(of: MCPFailure.self) { group in
      group.addTask {
        await Self.failure { () async throws(MCPFailure) in try await self.converse(link, number) }
      }
      group.addTask {
        await Self.failure { () async throws(MCPFailure) in try await self.attend(link, number) }
      }
      group.addTask {
        await Self.failure { () async throws(MCPFailure) in try await self.look() }
      }
      let first = await group.next() ?? .cancelled
      group.cancelAll()
      return first
    }
    return (failure, await isReady)
  }

  private static nonisolated func failure(
    _ work: @Sendable () async throws(MCPFailure) -> Void
  ) async -> MCPFailure {
    do throws(MCPFailure) {
      try await work()
      return .cancelled
    } catch {
      return error
    }
  }

  /// Whether another list than the one that is noted may be on its way.
  var isListing: Bool { session.isListing || unnoted > 0 }

  var isReady: Bool { standing == .ready }

  /// The connection's number.
  private func take(_ link: any MCPLink) -> Int {
    self.link = link
    connections += 1
    return connections
  }

  private func begin() {
    standing = .beginning
    changed.ring()
  }

  /// Ends all that waits for the connection, and makes ready for the next.
  private func fall(_ failure: MCPFailure, again: Duration) async {
    standing = .down(failure)
    for answer in answers.values { answer.settle(.failure(failure)) }
    answers = [:]
    outgoing = []
    self.failure = nil
    session = MCPSession(version: setup.version)
    (isIntroduced, unnoted, looks) = (false, 0, 0)
    changed.ring()
    await setup.note(.failed(failure, again: again))
  }

  /// Begins the conversation, and hears what the server says by itself.
  private nonisolated func converse(
    _ link: any MCPLink, _ number: Int
  ) async throws(MCPFailure) {
    let begin = await introduction()
    try await link.send(begin) { (message) async throws(MCPFailure) in
      try await self.hear(message, answers: begin.id, number)
    }
    // Over HTTP the answer has come by now, and the stream is asked for behind the introduction.
    while await mustIntroduce, !Task.isCancelled {
      let seen = changed.rings
      if await mustIntroduce { await changed.wait(past: seen) }
    }
    try await link.listen(revision: revision) { (message) async throws(MCPFailure) in
      try await self.hear(message, answers: nil, number)
    }
  }

  private var mustIntroduce: Bool { isReady && !isIntroduced }

  private var revision: String? { session.revision }

  private func introduction() -> MCPOutgoing {
    looks = 0
    return session.begin()
  }

  /// Sends what waits, one after the other, and notes what has come.
  private nonisolated func attend(
    _ link: any MCPLink, _ number: Int
  ) async throws(MCPFailure) {
    while !Task.isCancelled {
      let seen = wake.rings
      while let errand = try await nextErrand() {
        switch errand {
        case .send(let message):
          do throws(MCPFailure) {
            try await link.send(message) { (said) async throws(MCPFailure) in
              try await self.hear(said, answers: message.id, number)
            }
          } catch {
            // A server may refuse what nobody waits for.
            guard error.isOfOneRequest, message.id == nil else { throw error }
          }
          await noteSent()
        case .note(let news):
          await setup.note(news)
          await noted(news)
        }
      }
      await wake.wait(past: seen)
    }
  }

  private func nextErrand() throws(MCPFailure) -> Errand? {
    if let failure { throw failure }
    return outgoing.isEmpty ? nil : outgoing.removeFirst()
  }

  private func noteSent() {
    isIntroduced = true
    changed.ring()
  }

  private func noted(_ news: ToolServerNews) {
    guard case .listed = news else { return }
    listings += 1
    unnoted -= 1
    changed.ring()
  }

  /// Sees to it that the begin and the lists come to an end.
  private nonisolated func look() async throws(MCPFailure) {
    while await setup.pausing.rest(for: setup.limits.answerMax / Self.looksMax) {
      guard await isInTime() else { throw .timedOut }
    }
  }

  private func isInTime() -> Bool {
    guard standing == .beginning || session.isListing else { return true }
    looks += 1
    return looks <= Self.looksMax
  }
}

/// What the server says.
extension ToolServer {
  /// Takes a message; whether it held the answer to that request.
  func hear(
    _ message: [UInt8], answers id: Int64?, _ number: Int
  ) throws(MCPFailure) -> Bool {
    guard number == connections else { throw .cancelled }
    for event in try session.receive(message) { try take(event) }
    return id.map { !session.awaits($0) } ?? false
  }

  private func take(_ event: MCPEvent) throws(MCPFailure) {
    switch event {
    case .send(let message): try add(.send(message))
    case .ready:
      standing = .ready
      try add(.note(.ready(revision: session.revision ?? "")))
      try askForList(again: false)
    case .listed(let tools):
      unnoted += 1
      try add(.note(.listed(tools)))
    case .listRefused:
      listings += 1
      changed.ring()
    case .answered(let id, let result): answers.removeValue(forKey: id)?.settle(result)
    case .toolsChanged: try askForList(again: true)
    }
  }

  func askForList(again: Bool) throws(MCPFailure) {
    looks = 0
    for event in session.list(again: again) { try take(event) }
  }

  private func add(_ errand: Errand) throws(MCPFailure) {
    guard outgoing.count < setup.limits.outgoingMax else {
      throw .malformed("more questions than can be answered")
    }
    outgoing.append(errand)
    wake.ring()
  }
}
