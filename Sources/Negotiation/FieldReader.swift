/// Reads the grammar that structured fields share: tokens, quoted strings and parameters (RFC 9110
/// §5.6).
///
/// It never leaves its range, and reads each byte at most twice.
struct FieldReader {
  let bytes: [UInt8]
  private(set) var index: Int
  let end: Int

  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    index = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { index == end }

  /// Takes `byte` if it comes next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard index < end, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// Takes spaces and tabs, RFC 9110 §5.6.3.
  mutating func skipSpace() {
    while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
  }

  /// The next token; nil when there is none (RFC 9110 §5.6.2).
  mutating func token() -> Range<Int>? {
    let start = index
    while index < end, Self.isToken(bytes[index]) { index += 1 }
    return index > start ? start..<index : nil
  }

  /// The inside of the next quoted string, escapes kept; nil when there is none or it does not end.
  mutating func quoted() -> Range<Int>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = index
    while index < end {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        return start..<(index - 1)
      case UInt8(ascii: "\\"): index = min(index + 2, end)
      default: index += 1
      }
    }
    return nil
  }

  /// The next parameter behind a semicolon, or the end of the list of parameters.
  mutating func parameter() -> Parameter {
    skipSpace()
    guard take(UInt8(ascii: ";")) else { return .none }
    skipSpace()
    // RFC 9110 §5.6.6: parameters may be empty, `application/json;`.
    guard let name = token() else {
      return isAtEnd || bytes[index] == UInt8(ascii: ";") || bytes[index] == UInt8(ascii: ",")
        ? .empty : .malformed
    }
    guard take(UInt8(ascii: "=")) else { return .malformed }
    if let value = token() { return .pair(name, value) }
    guard let value = quoted() else { return .malformed }
    return .pair(name, value)
  }

  /// Goes to the next comma that stands outside of quotes, and past it.
  mutating func skipMember() {
    while index < end {
      if bytes[index] == UInt8(ascii: "\"") {
        if quoted() == nil { return }
      } else {
        index += 1
        if bytes[index - 1] == UInt8(ascii: ",") { return }
      }
    }
  }

  /// Whether the bytes in `range` are `text`, which is lower case, in any case.
  func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    // SAFETY: a static string's bytes live as long as the program.
    return text.withUTF8Buffer { wanted in
      unsafe zip(bytes[range], wanted).allSatisfy { Self.lowercased($0) == $1 }
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// RFC 9110 §5.6.2, `tchar`.
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e: true
    default: false
    }
  }
}

extension FieldReader {
  /// What stands where a parameter may stand.
  enum Parameter {
    case none
    case empty
    case malformed
    case pair(Range<Int>, Range<Int>)
  }
}
