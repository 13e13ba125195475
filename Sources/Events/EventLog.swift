package import Contract
package import Store
internal import Wire

/// The append-only log that everything which happens is written to, in the transaction that makes
/// it happen.
package struct EventLog: Sendable {
  /// How every event is classified.
  private static let privacy: WireValue = ["level": "internal", "classes": []]
  private static let privacyText = String(decoding: privacy.json(), as: UTF8.self)

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
    var ends: [String: StreamEnd] = [:]
    var added: [String: [RecentEvent]] = [:]
    for draft in drafts {
      let end: StreamEnd
      if let known = ends[draft.stream] {
        end = known
      } else {
        end = try Self.end(of: draft.stream, in: transaction)
      }
      let (next, event) = try Self.append(draft, after: end, in: transaction)
      ends[draft.stream] = next
      added[draft.stream, default: []].append(
        RecentEvent(type: draft.type, item: StreamItem(sequence: next.head, event: event)))
    }
    for (stream, end) in ends {
      try transaction.execute(
        """
        INSERT INTO event_streams (stream, head, hash) VALUES (?1, ?2, ?3)
        ON CONFLICT (stream) DO UPDATE SET head = excluded.head, hash = excluded.hash
        """, .text(stream), .integer(end.head), .blob(end.hash))
    }
    let (doorbell, recent) = (doorbell, recent)
    transaction.afterCommit { [added] in
      for (stream, events) in added {
        recent.add(events, to: stream)
        doorbell.ring(stream)
      }
    }
    guard let observe else { return }
    let events = drafts.map {
      LoggedEvent(stream: $0.stream, type: $0.type, actor: "\($0.actor.kind):\($0.actor.id)")
    }
    transaction.afterCommit { for event in events { observe(event) } }
  }

  private static func append(
    _ draft: EventDraft, after end: StreamEnd, in transaction: borrowing Transaction
  ) throws(StoreError) -> (StreamEnd, StoredJSON) {
    let head = end.head + 1
    let redacted = Redaction.redact(
      draft.payload(head), type: draft.type, isRedacted: draft.isRedacted)
    let facts = HashedFacts(
      stream: draft.stream, streamSequence: head, tenant: draft.tenant, project: draft.project,
      type: draft.type, time: draft.time, actor: draft.actor, subject: draft.subject,
      correlationID: draft.correlationID, payload: redacted, privacy: Self.privacy)
    let hash = facts.hash(after: end.hash)
    let payload = StoredJSON(encoding: redacted)
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
    return (StreamEnd(head: head, hash: hash), payload)
  }

  private static func end(
    of stream: String, in transaction: borrowing Transaction
  ) throws(StoreError) -> StreamEnd {
    try transaction.first(
      StreamEnd.self, "SELECT head, hash FROM event_streams WHERE stream = ?1", .text(stream))
      ?? StreamEnd(head: 0, hash: HashedFacts.origin)
  }
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
