package import Contract
internal import Cryptography
internal import Synchronization
internal import Wire

/// Tickets for streams: each stands once for the caller whom it was given to, for a minute.
///
/// A client that cannot set fields (`EventSource`, `WebSocket` in a browser) puts one into the
/// query, where a token would lie in histories and logs for as long as it lives.
package final class TicketBook: StreamTickets {
  private struct Entry {
    let principal: Principal
    /// In nanoseconds of the monotonic clock.
    let expires: Int64
  }

  /// How long a ticket is good, in seconds.
  package static let lifetimeSeconds: Int64 = 60
  /// Tickets that are good at once; no more are given then.
  private static let entriesMax = 10_000
  /// Tickets of one caller that are good at once; the oldest goes for one more.
  private static let perCallerMax = 32
  /// The longest text that can be a ticket, in bytes.
  private static let bytesMax = 128
  private static let prefix = "tkt_"

  private struct Book {
    var entries: [Digest: Entry] = [:]
    /// The tickets of each caller, oldest first; some may be used up.
    var given: [String: [Digest]] = [:]

    mutating func forget(before now: Int64) {
      entries = entries.filter { $0.value.expires > now }
      given = given.mapValues { $0.filter { entries[$0] != nil } }.filter { !$0.value.isEmpty }
    }

    mutating func give(_ entry: Entry, as digest: Digest) {
      let caller = entry.principal.id
      var tickets = (given[caller] ?? []).filter { entries[$0] != nil }
      if tickets.count >= perCallerMax { entries[tickets.removeFirst()] = nil }
      given[caller] = tickets + [digest]
      entries[digest] = entry
    }
  }

  private let book = Mutex(Book())
  private let clock: any MonotonicClock

  package init(clock: any MonotonicClock) { self.clock = clock }

  /// A new ticket for `principal`; refused while too many are good.
  package func issue(to principal: Principal) throws(Fault) -> String {
    let text = Self.prefix + Base64URL.text(SecureRandom.bytes(32))
    let now = clock.nanoseconds
    let entry = Entry(
      principal: principal, expires: now + Self.lifetimeSeconds * 1_000_000_000)
    let isGiven = book.withLock { book in
      if book.entries.count >= Self.entriesMax { book.forget(before: now) }
      guard book.entries.count < Self.entriesMax else { return false }
      book.give(entry, as: Self.digest(of: text))
      return true
    }
    guard isGiven else {
      throw Fault(
        .throttled, "too many tickets wait to be used",
        retryAfterSeconds: Int(Self.lifetimeSeconds))
    }
    return text
  }

  package func redeem(_ ticket: String) -> Principal? {
    guard ticket.utf8.count <= Self.bytesMax else { return nil }
    let digest = Self.digest(of: ticket)
    let now = clock.nanoseconds
    guard let entry = book.withLock({ $0.entries.removeValue(forKey: digest) }), entry.expires > now
    else { return nil }
    return entry.principal
  }

  private static func digest(of text: String) -> Digest { SHA256.digest(of: [UInt8](text.utf8)) }
}
