import Wire

/// Percent-decoding (RFC 3986 §2.1), strict: every escape is whole, and what comes out is UTF-8.
enum PercentDecoding {
  /// The bytes that `encoded` stands for; a plus is a space where `plusIsSpace` (WHATWG URL §5.1).
  static func bytes(
    _ encoded: ArraySlice<UInt8>, plus: UInt8 = UInt8(ascii: "+")
  ) throws(DecodeError) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(encoded.count)
    var index = encoded.startIndex
    while index < encoded.endIndex {
      switch encoded[index] {
      case UInt8(ascii: "%"):
        guard encoded.endIndex - index > 2, let high = digit(encoded[index + 1]),
          let low = digit(encoded[index + 2])
        else { throw DecodeError(.badEscape, at: nil, "a percent sign without two hex digits") }
        decoded.append(high << 4 | low)
        index += 3
      case UInt8(ascii: "+"):
        decoded.append(plus)
        index += 1
      case let byte:
        decoded.append(byte)
        index += 1
      }
    }
    return decoded
  }

  /// The text that `encoded` stands for.
  static func text(
    _ encoded: ArraySlice<UInt8>, plus: UInt8 = UInt8(ascii: "+")
  ) throws(DecodeError) -> String {
    guard let text = String(validating: try bytes(encoded, plus: plus), as: UTF8.self) else {
      throw DecodeError(.invalidUTF8, at: nil, "an escape that does not stand for UTF-8")
    }
    return text
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
