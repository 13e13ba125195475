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
  let payload: WireValue
  let privacy: WireValue

  /// SHA-256 over the previous hash and the canonical row (RFC 8785; the catalogue, §0.8).
  func hash(after previous: [UInt8]) -> [UInt8] {
    let row: WireValue = .map([
      WireMember("actor_id", .text(actor.id)),
      WireMember("actor_kind", .text(actor.kind)),
      WireMember("correlation_id", correlationID.map { .text($0) } ?? .null),
      WireMember("payload", payload),
      WireMember("privacy", privacy),
      WireMember("project_id", project.map { .text($0) } ?? .null),
      WireMember("stream", .text(stream)),
      WireMember("stream_seq", .integer(streamSequence)),
      WireMember("subject_id", .text(subject.id)),
      WireMember("subject_kind", .text(subject.kind)),
      WireMember("tenant_id", .text(tenant)),
      WireMember("ts", .integer(time.milliseconds)),
      WireMember("type", .text(type)),
    ])
    return SHA256.digest(of: previous + row.canonicalJSON()).bytes
  }

  /// The hash that stands before a stream's first event.
  static let origin = [UInt8](repeating: 0, count: 32)
}
