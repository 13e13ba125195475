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
    var growths: [Growth] = []
    for draft in drafts {
      let place = try Self.place(of: draft.stream, among: &growths, in: transaction)
      try Self.append(draft, to: &growths[place], in: transaction)
    }
    for growth in growths {
      try transaction.execute(
        """
        INSERT INTO event_streams (stream, head, hash) VALUES (?1, ?2, ?3)
        ON CONFLICT (stream) DO UPDATE SET head = excluded.head, hash = excluded.hash
        """, .text(growth.stream), .integer(growth.end.head), .blob(growth.end.hash))
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
    growths.append(Growth(stream: stream, end: try end(of: stream, in: transaction)))
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
      INSERT INTO event_log (stream, stream_seq, tenant_id, project_id, type, ts, actor_kind,
        actor_id, subject_kind, subject_id, payload, privacy, correlation_id, prev_hash, hash)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
      """, .text(draft.stream), .integer(head), .text(draft.tenant), .optional(draft.project),
      .text(draft.type), .integer(draft.time.milliseconds), .text(draft.actor.kind),
      .text(draft.actor.id), .text(draft.subject.kind), .text(draft.subject.id),
      .text(String(decoding: payload.bytes, as: UTF8.self)),
      .text(Self.privacyText), .optional(draft.correlationID),
      .blob(end.hash), .blob(hash))
    growth.end = StreamEnd(head: head, hash: hash)
    growth.events.append(
      RecentEvent(type: draft.type, item: StreamItem(sequence: head, event: payload)))
  }

  private static func end(
    of stream: String, in transaction: borrowing Transaction
  ) throws(StoreError) -> StreamEnd {
    try transaction.first(
      StreamEnd.self, "SELECT head, hash FROM event_streams WHERE stream = ?1", .text(stream))
      ?? StreamEnd(head: 0, hash: HashedFacts.origin)
  }
}

/// What a stream gets in one transaction.
private struct Growth: Sendable {
  let stream: String
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
struct StreamEnd: Record {
  let head: Int64
  let hash: [UInt8]

  init(head: Int64, hash: [UInt8]) {
    self.head = head
    self.hash = hash
  }

  init(row: borrowing Row) throws(StoreError) {
    head = try row.integer(0)
    hash = try row.blob(1)
  }
}
