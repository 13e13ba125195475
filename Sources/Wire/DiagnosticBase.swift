/// The bases in which a byte string can be noted (RFC 4648), without padding; blanks are skipped.
enum DiagnosticBase {
  case base16
  case base32
  case base32Hex
  case base64

  private var width: Int {
    switch self {
    case .base16: 4
    case .base32, .base32Hex: 5
    case .base64: 6
    }
  }

  /// The bytes of a text, or nil when a letter is foreign or bits are left over that are not zero.
  func bytes(_ text: [UInt8]) -> [UInt8]? {
    var output: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for letter in text where letter != 0x20 && letter != 0x0a {
      guard let value = value(letter) else { return nil }
      bits = bits << UInt32(width) | UInt32(value)
      count += width
      if count >= 8 {
        count -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    guard count < width, bits & ((1 << UInt32(count)) - 1) == 0 else { return nil }
    return output
  }

  private func value(_ letter: UInt8) -> UInt8? {
    let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let lower = UInt8(ascii: "a")...UInt8(ascii: "z")
    let digit = UInt8(ascii: "0")...UInt8(ascii: "9")
    let capital = lower.contains(letter) ? letter - 0x20 : letter
    switch self {
    case .base16: return Hex.value(letter)
    case .base32:
      if (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(letter) { return letter - 0x32 + 26 }
      return upper.contains(capital) ? capital - 0x41 : nil
    case .base32Hex:
      if digit.contains(letter) { return letter - 0x30 }
      return (UInt8(ascii: "A")...UInt8(ascii: "V")).contains(capital) ? capital - 0x41 + 10 : nil
    case .base64:
      if upper.contains(letter) { return letter - 0x41 }
      if lower.contains(letter) { return letter - 0x61 + 26 }
      if digit.contains(letter) { return letter - 0x30 + 52 }
      switch letter {
      case UInt8(ascii: "+"), UInt8(ascii: "-"): return 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): return 63
      default: return nil
      }
    }
  }
}
