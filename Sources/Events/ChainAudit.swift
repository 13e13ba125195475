package import Store
internal import Wire

/// Walks the whole log and says where a chain does not hold.
package struct ChainAudit: Sendable {
  /// Events that were looked at.
  package private(set) var events = 0
  /// The breaks that were found, in the order of the log.
  package private(set) var breaks: [Break] = []
  private var ends: [String: StreamEnd] = [:]
  private var position: Int64 = 0

  /// The most breaks that are told one by one.
  package static let breaksMax = 100
  private static let pageMax: Int64 = 1000

  package init() {}

  /// The streams that were seen.
  package var streams: Int { ends.count }

  /// One place where the log is not what was written.
  package struct Break: Hashable, Sendable {
    package let stream: String
    package let streamSequence: Int64
    package let reason: Reason

    /// What is wrong there.
    package enum Reason: String, Hashable, Sendable {
      case missingEvent = "an event before it is missing"
      case brokenLink = "it does not follow from the event before it"
      case changedEvent = "its content is not what was hashed"
      case shortened = "the stream's last events are missing"
      case otherEnd = "it is not the event that the stream ended with"
      case unlisted = "the table of streams does not know its stream"
    }
  }

  /// Looks at the next page; false when the log has been walked to its end.
  package mutating func step(_ reader: borrowing Reader) throws(StoreError) -> Bool {
    let page = try reader.all(
      Event.self, Event.afterSequence, .integer(position), .integer(Self.pageMax))
    for event in page { check(event) }
    position = page.last?.sequence ?? position
    return !page.isEmpty
  }

  /// Compares every stream's end with what the streams' table says; called after the last step.
  package mutating func finish(_ reader: borrowing Reader) throws(StoreError) {
    let claimed = try reader.all(
      ClaimedEnd.self, "SELECT head, hash, stream FROM event_streams ORDER BY stream")
    var unlisted = ends
    for claim in claimed {
      let end = unlisted.removeValue(forKey: claim.stream)
      let head = end?.head ?? 0
      if head < claim.end.head {
        note(claim.stream, head + 1, .shortened)
      } else if head > claim.end.head || end?.hash != claim.end.hash {
        note(claim.stream, claim.end.head, .otherEnd)
      }
    }
    for (stream, end) in unlisted.sorted(by: { $0.key < $1.key }) {
      note(stream, end.head, .unlisted)
    }
  }

  private mutating func check(_ event: Event) {
    events += 1
    let end = ends[event.stream] ?? StreamEnd(head: 0, hash: HashedFacts.origin)
    if event.streamSequence != end.head + 1 {
      note(event.stream, event.streamSequence, .missingEvent)
    } else if event.previousHash != end.hash {
      note(event.stream, event.streamSequence, .brokenLink)
    } else if Self.hash(of: event) != event.hash {
      note(event.stream, event.streamSequence, .changedEvent)
    }
    // The walk goes on from what is written, so that one break is told once.
    ends[event.stream] = StreamEnd(head: event.streamSequence, hash: event.hash)
  }

  /// The hash that the stored row should have; nil when its JSON does not read.
  private static func hash(of event: Event) -> [UInt8]? {
    do throws(DecodeError) {
      return HashedFacts(
        stream: event.stream, streamSequence: event.streamSequence, tenant: event.tenant,
        project: event.project, type: event.type, time: event.time, actor: event.actor,
        subject: event.subject, correlationID: event.correlationID,
        payload: try WireValue(json: event.payload), privacy: try WireValue(json: event.privacy)
      ).hash(after: event.previousHash)
    } catch {
      return nil
    }
  }

  private mutating func note(_ stream: String, _ sequence: Int64, _ reason: Break.Reason) {
    guard breaks.count < Self.breaksMax else { return }
    breaks.append(Break(stream: stream, streamSequence: sequence, reason: reason))
  }
}

private struct ClaimedEnd: Record {
  let stream: String
  let end: StreamEnd

  init(row: borrowing Row) throws(StoreError) {
    end = try StreamEnd(row: row)
    stream = try row.text(2)
  }
}
