import Contract
import Cryptography
import Synchronization
import Wire

/// Identifiers from time and the system's randomness, each greater than the one before.
final class SystemIdentifiers: IdentifierSource {
  /// The last identifier: its milliseconds and the 80 bits behind them, high and low.
  private struct State {
    var milliseconds: Int64 = 0
    var high: UInt16 = 0
    var low: UInt64 = 0

    /// Goes on to the next: random bits in a new millisecond, and one more than the last in the
    /// same one, or where a clock was set back (the ULID specification; RFC 9562 §6.2, method 2).
    mutating func advance(to now: Int64) {
      if now > milliseconds {
        milliseconds = now
        let bytes = SecureRandom.bytes(10)
        high = bytes.prefix(2).reduce(0) { $0 << 8 | UInt16($1) }
        low = bytes.dropFirst(2).reduce(0) { $0 << 8 | UInt64($1) }
        return
      }
      let (sum, overflow) = low.addingReportingOverflow(1)
      low = sum
      if overflow { high &+= 1 }
    }
  }

  private let state = Mutex(State())
  private let wallClock: any WallClock

  init(wallClock: any WallClock) {
    self.wallClock = wallClock
  }

  /// Crockford's alphabet in lower case (the ULID specification).
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  func next(_ prefix: StaticString) -> String {
    let now = wallClock.now.milliseconds
    let last = state.withLock { state in
      state.advance(to: now)
      return state
    }
    return Self.text(prefix, last.milliseconds, last.high, last.low)
  }

  func uuid() -> UUIDv7 {
    let now = wallClock.recent.milliseconds
    let last = state.withLock { state in
      state.advance(to: now)
      return state
    }
    return UUIDv7(milliseconds: last.milliseconds, random: last.high, last.low)
  }

  private static func text(
    _ prefix: StaticString, _ milliseconds: Int64, _ high: UInt16, _ low: UInt64
  ) -> String {
    let prefixCount = prefix.utf8CodeUnitCount
    // SAFETY: the closure writes the prefix and 26 digits, which is the room it asks for.
    return unsafe String(unsafeUninitializedCapacity: prefixCount + 26) { room in
      for index in 0..<prefixCount { unsafe room[index] = prefix.utf8Start[index] }
      for digit in 0..<10 {
        let bits = Int(truncatingIfNeeded: milliseconds >> (45 - 5 * digit)) & 31
        // SAFETY: as above.
        unsafe room[prefixCount + digit] = alphabet[bits]
      }
      for digit in 0..<16 {
        let shift = 75 - 5 * digit
        let bits =
          shift >= 64
          ? UInt64(high) >> UInt64(shift - 64)
          : low >> UInt64(shift) | (shift > 59 ? UInt64(high) << UInt64(64 - shift) : 0)
        // SAFETY: as above.
        unsafe room[prefixCount + 10 + digit] = alphabet[Int(bits & 31)]
      }
      return prefixCount + 26
    }
  }
}
