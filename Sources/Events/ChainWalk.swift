internal import Cryptography
internal import Wire

/// Follows one stream's chain, link by link.
package struct ChainWalk: Sendable {
  /// The place of the last link, 0 before the first.
  package private(set) var head: Int64
  /// The hash of the last link; nil as long as it is not known.
  package private(set) var hash: [UInt8]?

  /// A walk that begins behind the event of this number; what the first link says of the event
  /// before it is believed, but at the beginning, where there is none.
  package init(after head: Int64) {
    self.head = head
    hash = head == 0 ? HashedFacts.origin : nil
  }

  /// Takes the next link; what is wrong with it comes back, and the walk goes on from what it says,
  /// so that one break is told once.
  package mutating func take(_ link: ChainLink) -> ChainBreak? {
    do throws(Hexadecimal.Refusal) {
      let (previous, hash) = (
        try Hexadecimal.decode(link.prevHash), try Hexadecimal.decode(link.hash)
      )
      return take(link.streamSeq, previous, hash) { link.facts }
    } catch {
      head = link.streamSeq
      hash = nil
      return .brokenLink
    }
  }

  mutating func take(_ event: Event) -> ChainBreak? {
    take(event.streamSequence, event.previousHash, event.hash) {
      do throws(DecodeError) { return try ChainLink(event).facts } catch { return nil }
    }
  }

  private mutating func take(
    _ sequence: Int64, _ previous: [UInt8], _ hash: [UInt8], _ facts: () -> HashedFacts?
  ) -> ChainBreak? {
    defer {
      head = sequence
      self.hash = hash
    }
    if sequence != head + 1 { return .missingEvent }
    if let known = self.hash, previous != known { return .brokenLink }
    return facts()?.hash(after: previous) == hash ? nil : .changedEvent
  }
}

/// What can be wrong with a chain.
package enum ChainBreak: String, Hashable, Sendable {
  case missingEvent = "an event before it is missing"
  case brokenLink = "it does not follow from the event before it"
  case changedEvent = "its content is not what was hashed"
  case shortened = "the stream's last events are missing"
  case otherEnd = "it is not the event that the stream ended with"
  case unlisted = "the table of streams does not know its stream"
}
