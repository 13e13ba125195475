/// Bytes written in the URL-safe base 64 without padding (RFC 4648 §5; RFC 7515 §2).
///
/// Decoding is strict, so that one byte string has exactly one text: no padding, no white space, no
/// other alphabet, and the bits that no byte uses are zero.
package enum Base64URL {
  /// Why a text is not base64url.
  package enum Refusal: Error, Hashable, Sendable {
    /// No number of bytes has a text of this length.
    case impossibleLength(Int)
    /// A byte of the text is not in the alphabet.
    case notInAlphabet(at: Int)
    /// The last digit has bits that belong to no byte and are not zero.
    case strayBits(at: Int)
  }

  /// The text of the bytes.
  package static func encode(_ bytes: [UInt8]) -> String {
    let length = (bytes.count * 4 + 2) / 3
    // SAFETY: every byte written is ASCII, and exactly `length` bytes are written.
    return unsafe String(unsafeUninitializedCapacity: length) { output in
      var written = 0
      var pending: UInt32 = 0
      var pendingBits = 0
      for byte in bytes {
        pending = pending << 8 | UInt32(byte)
        pendingBits += 8
        while pendingBits >= 6 {
          pendingBits -= 6
          // SAFETY: each digit carries 6 bits, so at most `length` of them are written.
          unsafe output[written] = alphabet[Int(pending >> pendingBits & 63)]
          written += 1
        }
      }
      if pendingBits > 0 {
        // SAFETY: the digit of the last bits is the one that rounding up made room for.
        unsafe output[written] = alphabet[Int(pending << (6 - pendingBits) & 63)]
        written += 1
      }
      return written
    }
  }

  /// The bytes of a text.
  package static func decode(_ text: String) throws(Refusal) -> [UInt8] {
    try decode(Array(text.utf8).span)
  }

  /// The bytes of a text that stands in ASCII.
  package static func decode(_ text: Span<UInt8>) throws(Refusal) -> [UInt8] {
    guard text.count % 4 != 1 else { throw .impossibleLength(text.count) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3 + 2)
    var pending: UInt32 = 0
    var pendingBits = 0
    for position in text.indices {
      let value = values[Int(text[position])]
      guard value != notADigit else { throw .notInAlphabet(at: position) }
      pending = pending << 6 | UInt32(value)
      pendingBits += 6
      guard pendingBits >= 8 else { continue }
      pendingBits -= 8
      bytes.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
    }
    guard pending & (1 << pendingBits - 1) == 0 else { throw .strayBits(at: text.count - 1) }
    return bytes
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static let notADigit: UInt8 = 0xff

  private static let values: [UInt8] = {
    var values = [UInt8](repeating: notADigit, count: 256)
    for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()
}
