/// The bytes that the lexer tells apart.
extension UInt8 {
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let slash = UInt8(ascii: "/")
  static let star = UInt8(ascii: "*")
  static let hash = UInt8(ascii: "#")
  static let backtick = UInt8(ascii: "`")

  var isDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
  var isLowercase: Bool { UInt8(ascii: "a") <= self && self <= UInt8(ascii: "z") }
  var isUppercase: Bool { UInt8(ascii: "A") <= self && self <= UInt8(ascii: "Z") }

  /// Whether an identifier can start here; every byte of a non-ASCII scalar counts as a letter.
  var startsWord: Bool {
    isLowercase || isUppercase || self == UInt8(ascii: "_") || self == UInt8(ascii: "$")
      || self >= 0x80
  }

  var continuesWord: Bool { startsWord || isDigit }

  /// Space, tab, line and page breaks.
  var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

  /// Whether the byte is printable ASCII that JSON writes as it is.
  var isPlainInJSON: Bool {
    (0x21...0x7E).contains(self) && self != .quote && self != .backslash
  }
}
