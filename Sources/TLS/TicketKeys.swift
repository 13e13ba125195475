private import Synchronization

/// The keys of a process's session tickets.
///
/// Every context and every loop shares one of these, so a client resumes wherever its next
/// connection lands and whatever certificate is served by then. A key seals tickets for one
/// `period` and opens them for one more; then it is gone, and its tickets cannot be read again.
package final class TicketKeys: Sendable {
  /// How long a key seals new tickets, in seconds.
  package static let period: Int64 = 12 * 3600
  /// How long a client may use a ticket, in seconds: no longer than the older key is kept.
  package static let ticketLifetime: Int64 = period

  private struct State {
    var current: TicketKey
    var previous: TicketKey?
    var madeAt: Int64
  }

  private let state: Mutex<State>

  /// A fresh key, made at a moment in Unix seconds.
  package init(at unixSeconds: Int64) {
    state = Mutex(State(current: TicketKey(), previous: nil, madeAt: unixSeconds))
  }

  /// Replaces the key if its period is over; every connection that is accepted asks for it.
  func rotate(at unixSeconds: Int64) {
    state.withLock { state in
      // A clock that was set back counts too: else a key made in a wrong future would stay.
      let (later, earlier) = (max(unixSeconds, state.madeAt), min(unixSeconds, state.madeAt))
      let age = UInt64(bitPattern: later &- earlier)
      guard age >= Self.period else { return }
      // After two periods without a call even the current key has opened tickets long enough.
      state.previous = age >= 2 * Self.period ? nil : state.current
      state.current = TicketKey()
      state.madeAt = unixSeconds
    }
  }

  /// The key that seals new tickets.
  var current: TicketKey { state.withLock { $0.current } }

  /// The key of that name, if it is still kept.
  func key(named name: [UInt8]) -> (key: TicketKey, isCurrent: Bool)? {
    state.withLock { state in
      if state.current.name == name { return (state.current, true) }
      guard let previous = state.previous, previous.name == name else { return nil }
      return (previous, false)
    }
  }
}

/// One key of session tickets: its public name, an AES-256 key and an HMAC-SHA-256 key.
struct TicketKey: Sendable {
  /// The length of a key's name, in bytes; OpenSSL fixes it.
  static let nameCount = 16
  /// The length of AES-CBC's initialisation vector, in bytes.
  static let vectorCount: Int32 = 16

  let name = randomBytes(nameCount)
  let encryption = randomBytes(32)
  let authentication = randomBytes(32)
}
