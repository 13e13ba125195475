/// Bytes written as pairs of hexadecimal digits (RFC 4648 §8).
package enum Hexadecimal {
  /// Why a text is not a list of bytes in hexadecimal.
  package enum Refusal: Error, Hashable, Sendable {
    /// The text has an odd number of digits.
    case oddLength(Int)
    /// A byte of the text is not a hexadecimal digit.
    case notADigit(at: Int)
  }

  /// The bytes as lower-case digits.
  package static func encode(_ bytes: [UInt8]) -> String {
    // SAFETY: every byte written is an ASCII digit, and exactly twice the count is written.
    unsafe String(unsafeUninitializedCapacity: bytes.count * 2) { output in
      for (position, byte) in bytes.enumerated() {
        // SAFETY: position < bytes.count, so both indices are below the capacity.
        unsafe output[position * 2] = digit(byte >> 4)
        unsafe output[position * 2 + 1] = digit(byte & 15)
      }
      return bytes.count * 2
    }
  }

  /// The bytes that a text of digits, of either case, stands for.
  package static func decode(_ text: String) throws(Refusal) -> [UInt8] {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { throw .oddLength(digits.count) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for position in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[position]) else { throw .notADigit(at: position) }
      guard let low = value(digits[position + 1]) else { throw .notADigit(at: position + 1) }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
