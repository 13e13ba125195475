package import Store
package import Wire

/// An event before it has its place in the log.
package struct EventDraft: Sendable {
  /// The stream that orders it, `run:run_…`.
  package let stream: String
  package let tenant: String
  package let project: String?
  package let type: String
  package let time: Timestamp
  /// Who did it: a kind (`user`, `model`, `system`) and an id.
  package let actor: Party
  /// What it was done to.
  package let subject: Party
  package let correlationID: String?
  /// The part of the event that may hold secrets.
  private let open: WireValue
  /// The event as subscribers read it, once its number is known and its open part is clean.
  private let event: @Sendable (Int64, CleanPart) -> any Coded
  /// Whether secrets were taken out before the event was drafted.
  package var isRedacted = false

  package init(
    stream: String, tenant: String, project: String?, type: String, time: Timestamp, actor: Party,
    subject: Party, correlationID: String?, open: WireValue = .null,
    event: @escaping @Sendable (Int64, CleanPart) -> any Coded
  ) {
    self.stream = stream
    self.tenant = tenant
    self.project = project
    self.type = type
    self.time = time
    self.actor = actor
    self.subject = subject
    self.correlationID = correlationID
    self.open = open
    self.event = event
  }

  /// The event under its number, without the secrets in its open part.
  func told(as sequence: Int64) -> StoredJSON {
    let clean = Redaction.redact(open, type: type)
    let part = CleanPart(value: clean ?? open, hadSecrets: isRedacted || clean != nil)
    return StoredJSON(encoding: event(sequence, part))
  }
}

/// The open part of an event without its secrets.
package struct CleanPart: Sendable {
  package let value: WireValue
  /// Whether there were any.
  package let hadSecrets: Bool
}

/// Somebody or something that an event is about.
package struct Party: Hashable, Sendable {
  package let kind: String
  package let id: String

  package init(_ kind: String, _ id: String) {
    self.kind = kind
    self.id = id
  }
}

/// An event as it stands in the log.
package struct Event: Record, Sendable {
  /// The statement that reads every column, in the order that `init(row:)` wants.
  package static let afterSequence: StaticString = """
    SELECT seq, stream, stream_seq, tenant_id, project_id, type, ts, actor_kind, actor_id,
      subject_kind, subject_id, payload, privacy, correlation_id, prev_hash, hash
    FROM event_log WHERE seq > ?1 ORDER BY seq LIMIT ?2
    """

  /// The same of one stream.
  package static let ofStream: StaticString = """
    SELECT seq, stream, stream_seq, tenant_id, project_id, type, ts, actor_kind, actor_id,
      subject_kind, subject_id, payload, privacy, correlation_id, prev_hash, hash
    FROM event_log
    WHERE stream_id = (SELECT id FROM event_streams WHERE stream = ?1) AND stream_seq > ?2
    ORDER BY stream_seq LIMIT ?3
    """

  /// The place in the whole log, in commit order; gaps are possible.
  package let sequence: Int64
  package let stream: String
  /// The place in the stream, from 1, without gaps.
  package let streamSequence: Int64
  package let tenant: String
  package let project: String?
  package let type: String
  package let time: Timestamp
  package let actor: Party
  package let subject: Party
  package let payload: [UInt8]
  package let privacy: [UInt8]
  package let correlationID: String?
  package let previousHash: [UInt8]
  package let hash: [UInt8]

  package init(row: borrowing Row) throws(StoreError) {
    sequence = try row.integer(0)
    stream = try row.text(1)
    streamSequence = try row.integer(2)
    tenant = try row.text(3)
    project = try row.optionalText(4)
    type = try row.text(5)
    time = Timestamp(milliseconds: try row.integer(6))
    actor = Party(try row.text(7), try row.text(8))
    subject = Party(try row.text(9), try row.text(10))
    payload = try row.textBytes(11)
    privacy = try row.textBytes(12)
    correlationID = try row.optionalText(13)
    previousHash = try row.blob(14)
    hash = try row.blob(15)
  }
}
