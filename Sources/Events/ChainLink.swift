internal import Cryptography
package import Store
package import Wire

/// One event as the log holds it, with the hashes that chain it to the one before.
///
/// `hash` is the SHA-256 of the 32 bytes of `prev_hash` and, behind them, this object without
/// `prev_hash` and `hash` in the canonical form of RFC 8785 (the catalogue, §0.8).
package struct ChainLink: Coded {
  package let stream: String
  /// The place in the stream, from 1, without gaps.
  package let streamSeq: Int64
  package let tenantID: String
  package let projectID: String?
  package let type: String
  /// Milliseconds since 1970.
  package let ts: Int64
  package let actorKind: String
  package let actorID: String
  package let subjectKind: String
  package let subjectID: String
  package let correlationID: String?
  /// The event as its readers get it.
  package let payload: StoredJSON
  package let privacy: StoredJSON
  /// The hash of the event before, as 64 hexadecimal digits; zeros before the first.
  package let prevHash: String
  package let hash: String
}

extension ChainLink {
  /// The event of a row; one whose payload is no JSON has no link.
  init(_ event: Event) throws(DecodeError) {
    self.init(
      stream: event.stream, streamSeq: event.streamSequence, tenantID: event.tenant,
      projectID: event.project, type: event.type, ts: event.time.milliseconds,
      actorKind: event.actor.kind, actorID: event.actor.id, subjectKind: event.subject.kind,
      subjectID: event.subject.id, correlationID: event.correlationID,
      payload: try StoredJSON(checking: event.payload),
      privacy: try StoredJSON(checking: event.privacy),
      prevHash: Hexadecimal.encode(event.previousHash), hash: Hexadecimal.encode(event.hash))
  }

  /// What its hash covers.
  var facts: HashedFacts {
    HashedFacts(
      stream: stream, streamSequence: streamSeq, tenant: tenantID, project: projectID, type: type,
      time: Timestamp(milliseconds: ts), actor: Party(actorKind, actorID),
      subject: Party(subjectKind, subjectID), correlationID: correlationID,
      payload: payload, privacy: privacy)
  }
}

extension EventLog {
  /// The links of a stream after `position`, oldest first, at most `limit`.
  package static func links(
    of stream: String, after position: Int64, limit: Int,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [ChainLink] {
    let events = try reader.all(
      Event.self, Event.ofStream, .text(stream), .integer(position), .integer(Int64(limit)))
    do throws(DecodeError) {
      return try events.map { (event) throws(DecodeError) in try ChainLink(event) }
    } catch {
      throw .unreadable(column: 11, expected: .text)
    }
  }
}
