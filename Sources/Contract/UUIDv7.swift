/// A UUID of version 7: the time of its making, and 74 bits that nobody can guess (RFC 9562 §5.7).
package struct UUIDv7: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// The 48 low bits of the time, the 12 low bits of `first` and the 62 low bits of `second`.
  package init(milliseconds: Int64, random first: UInt16, _ second: UInt64) {
    high = UInt64(truncatingIfNeeded: milliseconds) << 16 | 0x7000 | UInt64(first & 0x0fff)
    low = 1 << 63 | second & (1 << 62 - 1)
  }

  /// The text's length in bytes.
  package static let textBytes = 36

  /// The text in ASCII, in lower case: groups of 8, 4, 4, 4 and 12 digits.
  package var ascii: InlineArray<36, UInt8> {
    var text = InlineArray<36, UInt8>(repeating: UInt8(ascii: "-"))
    Self.write(high, 60, 8, &text, 0)
    Self.write(high, 28, 4, &text, 9)
    Self.write(high, 12, 4, &text, 14)
    Self.write(low, 60, 4, &text, 19)
    Self.write(low, 44, 12, &text, 24)
    return text
  }

  /// Writes so many digits of `half`, from the one at `shift` down.
  @inline(__always)
  private static func write(
    _ half: UInt64, _ shift: UInt64, _ digits: Int, _ text: inout InlineArray<36, UInt8>,
    _ place: Int
  ) {
    for digit in 0..<digits {
      let value = UInt8(truncatingIfNeeded: half &>> (shift &- 4 &* UInt64(digit))) & 15
      // Letters begin 39 places behind the digits.
      text[place &+ digit] = UInt8(ascii: "0") &+ value &+ (value > 9 ? 39 : 0)
    }
  }

  /// The text.
  package var text: String {
    let ascii = ascii
    return String(decoding: ascii.indices.map { ascii[$0] }, as: UTF8.self)
  }
}
