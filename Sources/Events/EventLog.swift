package import Contract
package import Store
internal import Wire

/// The append-only log that everything which happens is written to, in the transaction that makes
/// it happen.
package struct EventLog: Sendable {
  /// How every event is classified.
  private static let privacy = StoredJSON(
    encoding: ["level": "internal", "classes": []] as WireValue)
  private static let privacyText = String(decoding: privacy.bytes, as: UTF8.self)

  private let doorbell: Doorbell
  private let observe: (@Sendable (LoggedEvent) -> Void)?
  /// The events that were committed last.
  package let recent = RecentEvents()

  /// `doorbell` is rung after each commit, for every stream that has grown; `observe` hears of
  /// every event that was committed, on the writer's thread.
  package init(doorbell: Doorbell, observe: (@Sendable (LoggedEvent) -> Void)?) {
    self.doorbell = doorbell
    self.observe = observe
  }

  /// Appends to the drafts' streams, in order; the events are there when the transaction is.
  package func append(
    _ drafts: [EventDraft], in transaction: borrowing Transaction
  ) throws(StoreError) {
    guard !drafts.isEmpty else { return }
    var growths: [Growth] = []
    for draft in drafts {
      let place = try Self.place(of: draft.stream, among: &growths, in: transaction)
      try Self.append(draft, to: &growths[place], in: transaction)
    }
    for growth in growths {
      try transaction.execute(
        "UPDATE event_streams SET head = ?2, hash = ?3 WHERE id = ?1", .integer(growth.id),
        .integer(growth.end.head), .blob(growth.end.hash))
    }
    let (doorbell, recent) = (doorbell, recent)
    transaction.afterCommit { [growths] in
      for growth in growths {
        recent.add(growth.events, to: growth.stream)
        doorbell.ring(growth.stream)
      }
    }
    guard let observe else { return }
    let events = drafts.map {
      LoggedEvent(stream: $0.stream, type: $0.type, actor: "\($0.actor.kind):\($0.actor.id)")
    }
    transaction.afterCommit { for event in events { observe(event) } }
  }

  /// Where a stream stands among those that grow; most drafts are of the same one.
  private static func place(
    of stream: String, among growths: inout [Growth], in transaction: borrowing Transaction
  ) throws(StoreError) -> Int {
    if let place = growths.lastIndex(where: { $0.stream == stream }) { return place }
    let known = try transaction.first(
      KnownStream.self, "SELECT id, head, hash FROM event_streams WHERE stream = ?1",
      .text(stream))
    if let known {
      growths.append(Growth(stream: stream, id: known.id, end: known.end))
    } else {
      let id = try add(stream, in: transaction)
      growths.append(
        Growth(stream: stream, id: id, end: StreamEnd(head: 0, hash: HashedFacts.origin)))
    }
    return growths.count - 1
  }

  private static func append(
    _ draft: EventDraft, to growth: inout Growth, in transaction: borrowing Transaction
  ) throws(StoreError) {
    let end = growth.end
    let head = end.head + 1
    let payload = draft.told(as: head)
    let facts = HashedFacts(
      stream: draft.stream, streamSequence: head, tenant: draft.tenant, project: draft.project,
      type: draft.type, time: draft.time, actor: draft.actor, subject: draft.subject,
      correlationID: draft.correlationID, payload: payload, privacy: Self.privacy)
    let hash = facts.hash(after: end.hash)
    try transaction.execute(
      """
      INSERT INTO event_log (stream_id, stream, stream_seq, tenant_id, project_id, type, ts,
        actor_kind, actor_id, subject_kind, subject_id, payload, privacy, correlation_id, prev_hash,
        hash)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
      """, .integer(growth.id), .text(draft.stream), .integer(head), .text(draft.tenant),
      .optional(draft.project),
      .text(draft.type), .integer(draft.time.milliseconds), .text(draft.actor.kind),
      .text(draft.actor.id), .text(draft.subject.kind), .text(draft.subject.id),
      .text(String(decoding: payload.bytes, as: UTF8.self)),
      .text(Self.privacyText), .optional(draft.correlationID),
      .blob(end.hash), .blob(hash))
    growth.end = StreamEnd(head: head, hash: hash)
    growth.events.append(
      RecentEvent(type: draft.type, item: StreamItem(sequence: head, event: payload)))
  }

  /// Adds a stream without events, and gives its number.
  private static func add(
    _ stream: String, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int64 {
    let id = try transaction.first(
      Int64.self,
      "INSERT INTO event_streams (stream, head, hash) VALUES (?1, 0, ?2) RETURNING id",
      .text(stream), .blob(HashedFacts.origin))
    guard let id else { preconditionFailure("a row that was inserted has no number") }
    return id
  }
}

/// What a stream gets in one transaction.
private struct Growth: Sendable {
  let stream: String
  /// The stream's number in the store.
  let id: Int64
  var end: StreamEnd
  var events: [RecentEvent] = []
}

/// What a log of the process tells of an event: that it happened, and nothing of its payload.
package struct LoggedEvent: Hashable, Sendable {
  package let stream: String
  package let type: String
  /// Who made it happen, by kind and id.
  package let actor: String
}

/// The last event of a stream: its number and its hash.
struct StreamEnd {
  let head: Int64
  let hash: [UInt8]
}

private struct KnownStream: Record {
  let id: Int64
  let end: StreamEnd

  init(row: borrowing Row) throws(StoreError) {
    id = try row.integer(0)
    end = StreamEnd(head: try row.integer(1), hash: try row.blob(2))
  }
}
