import Contract
import Cryptography
import Synchronization
import Wire

/// Identifiers from time and the system's randomness, each greater than the one before.
final class SystemIdentifiers: IdentifierSource {
  private struct State {
    /// How many draws are fetched at once.
    private let drawsAhead = 256
    var milliseconds: Int64 = 0
    /// The 80 random bits of the last ULID, high and low.
    var high: UInt16 = 0
    var low: UInt64 = 0
    /// Random bytes that were fetched ahead, and how many of them are used: asking the generator
    /// costs more than everything else here.
    var random: [UInt8] = []
    var used = 0

    /// Ten random bytes, as two numbers.
    mutating func draw() -> (UInt16, UInt64) {
      if used == random.count {
        random = SecureRandom.bytes(10 * drawsAhead)
        used = 0
      }
      defer { used += 10 }
      let high = UInt16(random[used]) << 8 | UInt16(random[used + 1])
      var low: UInt64 = 0
      for place in (used + 2)..<(used + 10) { low = low << 8 | UInt64(random[place]) }
      return (high, low)
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
    let (milliseconds, high, low) = state.withLock { state in
      if now > state.milliseconds {
        state.milliseconds = now
        (state.high, state.low) = state.draw()
      } else {
        // The same millisecond, or a clock that was set back: one more than the last.
        let (low, overflow) = state.low.addingReportingOverflow(1)
        state.low = low
        if overflow { state.high &+= 1 }
      }
      return (state.milliseconds, state.high, state.low)
    }
    return Self.text(prefix, milliseconds, high, low)
  }

  func uuid() -> UUIDv7 {
    let milliseconds = wallClock.recent.milliseconds
    let (first, second) = state.withLock { $0.draw() }
    return UUIDv7(milliseconds: milliseconds, random: first, second)
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
