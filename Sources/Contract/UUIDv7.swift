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
    let quarters: InlineArray<4, UInt64> = [
      Self.digits(high &>> 32), Self.digits(high), Self.digits(low &>> 32), Self.digits(low),
    ]
    var span = text.mutableSpan
    // SAFETY: every byte is a character.
    var bytes = unsafe span.mutableBytes
    bytes.storeBytes(of: quarters[0].bigEndian, toByteOffset: 0, as: UInt64.self)
    bytes.storeBytes(of: Self.firstHalf(quarters[1]), toByteOffset: 9, as: UInt32.self)
    bytes.storeBytes(of: Self.secondHalf(quarters[1]), toByteOffset: 14, as: UInt32.self)
    bytes.storeBytes(of: Self.firstHalf(quarters[2]), toByteOffset: 19, as: UInt32.self)
    bytes.storeBytes(of: Self.secondHalf(quarters[2]), toByteOffset: 24, as: UInt32.self)
    bytes.storeBytes(of: quarters[3].bigEndian, toByteOffset: 28, as: UInt64.self)
    return text
  }

  /// The low 32 bits as eight digits in ASCII, the first in the highest byte.
  private static func digits(_ bits: UInt64) -> UInt64 {
    // Half words, bytes and then digits move apart, until each has a byte of its own.
    var spread = bits & 0xffff_ffff
    spread = (spread | spread &<< 16) & 0x0000_ffff_0000_ffff
    spread = (spread | spread &<< 8) & 0x00ff_00ff_00ff_00ff
    spread = (spread | spread &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
    // Adding 6 carries out of four bits where a digit is a letter, which begin 39 places later.
    let letters = (spread &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
    return spread &+ 0x3030_3030_3030_3030 &+ letters &* 39
  }

  private static func firstHalf(_ digits: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: digits &>> 32).bigEndian
  }

  private static func secondHalf(_ digits: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: digits).bigEndian
  }

  /// The text.
  package var text: String {
    let ascii = ascii
    return String(decoding: ascii.indices.map { ascii[$0] }, as: UTF8.self)
  }
}
