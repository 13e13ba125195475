import Contract
import Cryptography
import Synchronization
import Wire

/// Identifiers from time and the system's randomness, each greater than the one before.
final class SystemIdentifiers: IdentifierSource {
  private struct State {
    var milliseconds: Int64 = 0
    /// The 80 random bits of the last ULID, high and low.
    var high: UInt16 = 0
    var low: UInt64 = 0
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
        let random = Self.integers(SecureRandom.bytes(10))
        (state.high, state.low) = random
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

  func uuid() -> String {
    let milliseconds = wallClock.now.milliseconds
    var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) }
    bytes += SecureRandom.bytes(10)
    bytes[6] = bytes[6] & 0x0f | 0x70
    bytes[8] = bytes[8] & 0x3f | 0x80
    let digits = Array(Hexadecimal.encode(bytes))
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(digits[$0]) }.joined(separator: "-")
  }

  private static func integers(_ bytes: [UInt8]) -> (UInt16, UInt64) {
    let high = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    return (high, bytes[2..<10].reduce(0) { $0 << 8 | UInt64($1) })
  }

  private static func text(
    _ prefix: StaticString, _ milliseconds: Int64, _ high: UInt16, _ low: UInt64
  ) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(prefix.utf8CodeUnitCount + 26)
    bytes += Array("\(prefix)".utf8)
    for digit in 0..<10 {
      bytes.append(alphabet[Int(truncatingIfNeeded: milliseconds >> (45 - 5 * digit)) & 31])
    }
    for digit in 0..<16 {
      let shift = 75 - 5 * digit
      let bits =
        shift >= 64
        ? UInt64(high) >> UInt64(shift - 64)
        : low >> UInt64(shift) | (shift > 59 ? UInt64(high) << UInt64(64 - shift) : 0)
      bytes.append(alphabet[Int(bits & 31)])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
