internal import Cryptography
internal import Wire

/// The facts of an event that its hash covers.
struct HashedFacts {
  let stream: String
  let streamSequence: Int64
  let tenant: String
  let project: String?
  let type: String
  let time: Timestamp
  let actor: Party
  let subject: Party
  let correlationID: String?
  let payload: StoredJSON
  let privacy: StoredJSON

  /// SHA-256 over the previous hash and the canonical row (RFC 8785; the catalogue, §0.8).
  func hash(after previous: [UInt8]) -> [UInt8] {
    // The members stand in the order of their names, as RFC 8785 wants them.
    var row = JSONSink(capacity: 1024)
    row.beginMap(count: 13)
    row.member("actor_id", actor.id)
    row.member("actor_kind", actor.kind)
    row.member("correlation_id", correlationID)
    row.key(plain: "payload")
    row.canonical(payload)
    row.key(plain: "privacy")
    row.canonical(privacy)
    row.member("project_id", project)
    row.member("stream", stream)
    row.key(plain: "stream_seq")
    row.integer(streamSequence)
    row.member("subject_id", subject.id)
    row.member("subject_kind", subject.kind)
    row.member("tenant_id", tenant)
    row.key(plain: "ts")
    row.integer(time.milliseconds)
    row.member("type", type)
    row.endMap()
    return SHA256.digest(of: previous + row.finish()).bytes
  }

  /// The hash that stands before a stream's first event.
  static let origin = [UInt8](repeating: 0, count: 32)
}

extension JSONSink {
  fileprivate mutating func member(_ name: StaticString, _ value: String?) {
    key(plain: name)
    if let value { text(value) } else { null() }
  }
}
