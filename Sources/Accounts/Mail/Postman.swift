internal import Contract
internal import Mail
internal import Store
internal import Wire

/// Takes mail from the outbox to the transport, one after another, with a pause after each failure.
package struct Postman: Sendable {
  private let outbox: Outbox
  private let route: MailRoute
  private let database: Database
  private let wallClock: any WallClock
  private let pausing: any Pausing
  private let observe: @Sendable (MailEvent) -> Void

  init(
    _ outbox: Outbox, _ route: MailRoute, database: Database, wallClock: any WallClock,
    pausing: any Pausing, observe: @escaping @Sendable (MailEvent) -> Void
  ) {
    self.outbox = outbox
    self.route = route
    self.database = database
    self.wallClock = wallClock
    self.pausing = pausing
    self.observe = observe
  }

  /// Delivers until the task is cancelled.
  package func work() async {
    while !Task.isCancelled {
      let seen = outbox.signal.rings
      do throws(StoreError) {
        if try await deliverNext() { continue }
        try await wait(past: seen)
      } catch {
        guard await pausing.rest(for: .seconds(1)) else { return }
      }
    }
  }

  /// Delivers the mail that is due; false where none is.
  private func deliverNext() async throws(StoreError) -> Bool {
    let (outbox, now) = (outbox, wallClock.now)
    let next = try await database.read { (reader) throws(StoreError) in
      try outbox.next(at: now, in: reader)
    }
    guard let mail = next else { return false }
    let isClaimed = try await database.write { (transaction) throws(StoreError) in
      try outbox.claim(mail, at: now, in: transaction)
    }
    guard isClaimed else { return true }
    let failure = await failure(of: mail)
    let end = wallClock.now
    try await database.write { (transaction) throws(StoreError) in
      switch failure {
      case nil: try outbox.sent(mail, at: end, in: transaction)
      case .temporary(let reason)?:
        try outbox.failed(mail, reason, isFinal: false, in: transaction)
      case .permanent(let reason)?:
        try outbox.failed(mail, reason, isFinal: true, in: transaction)
      }
    }
    observe(MailEvent(id: mail.id, failure: failure.map(\.reason)))
    return true
  }

  private func failure(of mail: QueuedMail) async -> MailFailure? {
    guard let letter = outbox.letter(of: mail) else {
      return .permanent("it does not open under this master key")
    }
    let (route, now) = (route, wallClock.now)
    let result = await route.pool.run { () -> Result<Void, MailFailure> in
      do throws(MailFailure) {
        return .success(try route.deliver(letter, id: mail.id, at: now))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case nil: return .temporary("too much mail is being sent")
    case .success?: return nil
    case .failure(let failure)?: return failure
    }
  }

  /// Returns when a mail may be due, or one was written.
  private func wait(past seen: UInt64) async throws(StoreError) {
    let outbox = outbox
    let due = try await database.read { (reader) throws(StoreError) in
      try outbox.nextDue(in: reader)
    }
    let left = due.map { max($0.milliseconds - wallClock.now.milliseconds, 1) }
    await pausing.rest(for: left.map { .milliseconds($0) }) { await outbox.signal.wait(past: seen) }
  }
}

/// What became of a mail; nothing of what it says.
package struct MailEvent: Hashable, Sendable {
  package let id: String
  /// Why it was not handed over; nil where it was.
  package let failure: String?
}

extension MailFailure {
  /// Why a message was not handed over, in words.
  fileprivate var reason: String {
    switch self {
    case .temporary(let reason), .permanent(let reason): reason
    }
  }
}
