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
    var place = 0
    for digit in 0..<32 {
      if digit == 8 || digit == 12 || digit == 16 || digit == 20 { place += 1 }
      let half = digit < 16 ? high : low
      let value = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (digit & 15))) & 15
      text[place] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
      place += 1
    }
    return text
  }

  /// The text.
  package var text: String {
    let ascii = ascii
    return String(decoding: ascii.indices.map { ascii[$0] }, as: UTF8.self)
  }
}
