package import Store
internal import Wire

/// Walks the whole log and says where a chain does not hold.
package struct ChainAudit: Sendable {
  /// Events that were looked at.
  package private(set) var events = 0
  /// The breaks that were found, in the order of the log.
  package private(set) var breaks: [Break] = []
  private var ends: [String: ChainWalk] = [:]
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
    /// What is wrong there.
    package let reason: ChainBreak
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
    var walk = ends[event.stream] ?? ChainWalk(after: 0)
    let found = walk.take(event)
    ends[event.stream] = walk
    if let found { note(event.stream, event.streamSequence, found) }
  }

  private mutating func note(_ stream: String, _ sequence: Int64, _ reason: ChainBreak) {
    guard breaks.count < Self.breaksMax else { return }
    breaks.append(Break(stream: stream, streamSequence: sequence, reason: reason))
  }
}

private struct ClaimedEnd: Record {
  let stream: String
  let end: StreamEnd

  init(row: borrowing Row) throws(StoreError) {
    end = StreamEnd(head: try row.integer(0), hash: try row.blob(1))
    stream = try row.text(2)
  }
}
