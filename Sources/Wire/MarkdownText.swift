/// Scalars on one line of Markdown.
enum MarkdownText {
  /// A number or a plain text as it is, everything else as diagnostic notation in code.
  static func inline(_ value: WireValue) -> String {
    switch value {
    case .integer, .unsigned, .bigInteger: String(decoding: value.json(), as: UTF8.self)
    case .double(let number) where number.isFinite: number.description
    case .text(let text) where isPlain(text): plain(text, breaks: true)
    case .null, .undefined, .bool, .double, .text, .bytes, .array, .map, .tagged, .simple:
      code(value)
    }
  }

  /// Diagnostic notation in a code span; the two bytes that would end it or a cell occur in strings
  /// only, where JSON has another form for them.
  static func code(_ value: WireValue) -> String {
    var text = "`"
    for scalar in CBORDiagnostic.text(value).unicodeScalars {
      switch scalar {
      case "`": text += "\\u0060"
      case "|": text += "\\u007c"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "`"
  }

  /// A text with a backslash before each character that Markdown or the grammar would read
  /// otherwise.
  static func plain(_ text: String, breaks: Bool) -> String {
    let bytes = [UInt8](text.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + 8)
    let ordinal = ordinalMark(bytes)
    for (index, byte) in bytes.enumerated() {
      if breaks, byte == UInt8(ascii: "\n") {
        output.append(contentsOf: "<br>".utf8)
        continue
      }
      if index == ordinal || isSpecial(byte, at: index, in: bytes) {
        output.append(UInt8(ascii: "\\"))
      }
      output.append(byte)
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether a text is of several lines that a fence can show.
  static func hasLines(_ text: String) -> Bool {
    text.utf8.contains(UInt8(ascii: "\n"))
      && text.utf8.allSatisfy {
        $0 >= 0x20 && $0 != 0x7f || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t")
      }
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, first > 0x20, last > 0x20 else {
      return false
    }
    return text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == UInt8(ascii: "\n") }
      && !isNumber(text)
  }

  private static func isNumber(_ text: String) -> Bool {
    var source = JSONSource([UInt8](text.utf8))
    do throws(DecodeError) {
      guard let first = text.utf8.first, first == UInt8(ascii: "-") || first &- 0x30 < 10 else {
        return false
      }
      _ = try source.number()
      return source.position == text.utf8.count
    } catch {
      return false
    }
  }

  private static func isSpecial(_ byte: UInt8, at index: Int, in bytes: [UInt8]) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "*"), UInt8(ascii: "["),
      UInt8(ascii: "]"), UInt8(ascii: "<"), UInt8(ascii: "|"), UInt8(ascii: "~"),
      UInt8(ascii: "&"):
      return true
    case UInt8(ascii: "_"):
      // Between letters or digits an underscore is no emphasis.
      guard index > 0, index + 1 < bytes.count else { return true }
      return !MarkdownStep.isAlphanumeric(bytes[index - 1])
        || !MarkdownStep.isAlphanumeric(bytes[index + 1])
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ">"), UInt8(ascii: "#"),
      UInt8(ascii: "="), UInt8(ascii: ":"):
      return index == 0
    default: return false
    }
  }

  /// The index of the mark that would make a number at the beginning an ordered list's.
  private static func ordinalMark(_ bytes: [UInt8]) -> Int? {
    let digits = bytes.prefix { $0 &- UInt8(ascii: "0") < 10 }.count
    guard digits > 0, digits < bytes.count,
      bytes[digits] == UInt8(ascii: ".") || bytes[digits] == UInt8(ascii: ")")
    else { return nil }
    return digits
  }
}
