/// What one Unicode scalar is to whoever cuts a text into tokens, lexemes or sentences.
enum ScalarKind {
  case space, digit, letter, ideograph, mark, symbol
}

extension Unicode.Scalar {
  /// The kind of this scalar; Han and kana are ideographs because they are written without spaces.
  var kind: ScalarKind {
    switch value {
    case 0x30...0x39: .digit
    case 0x41...0x5A, 0x61...0x7A: .letter
    case 0x09...0x0D, 0x20: .space
    case 0...0x7F: .symbol
    case 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF: .ideograph
    default: kindFromProperties
    }
  }

  /// The scalar that means the same on a plain keyboard: full-width forms (U+FF01–U+FF5E), the
  /// signs of arithmetic and the digits of every script become ASCII, a capital ASCII letter
  /// becomes small.
  var folded: Unicode.Scalar {
    switch value {
    case 0x41...0x5A: Unicode.Scalar(UInt8(value + 0x20))
    case 0...0x7F: self
    case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(value - 0xFEE0)).folded
    case 0x00D7, 0x2217, 0x22C5: "*"
    case 0x00F7, 0x2215: "/"
    case 0x2212: "-"
    case 0x2018, 0x2019: "'"
    // Han, kana and Hangul, which have no decimal digits, need not be looked up.
    case 0x3000...0x9FFF, 0xAC00...0xD7A3: self
    default: decimalDigit ?? self
    }
  }

  /// Joins what follows to what stands before it: an emoji of several people is one sign.
  var isJoiner: Bool { value == 0x200D }

  private var decimalDigit: Unicode.Scalar? {
    guard properties.numericType == .decimal, let value = properties.numericValue else {
      return nil
    }
    return Unicode.Scalar(0x30 + UInt8(value))
  }

  private var kindFromProperties: ScalarKind {
    if properties.isWhitespace { return .space }
    if properties.isIdeographic { return .ideograph }
    if properties.isGraphemeExtend || isJoiner { return .mark }
    return properties.isAlphabetic || properties.numericType != nil ? .letter : .symbol
  }
}
