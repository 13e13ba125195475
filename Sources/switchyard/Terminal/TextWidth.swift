/// Text as a terminal lays it out: in columns, and without codes that would command it.
enum TextWidth {
  /// The columns that a text takes: two for the wide letters of East Asia and for pictures.
  static func columns(_ text: String) -> Int {
    text.reduce(0) { $0 + columns($1) }
  }

  private static func columns(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Unicode's wide and full-width blocks (UAX #11).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
    0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x2_0000...0x3_fffd,
  ]

  /// The text in exactly so many columns: filled with spaces, or cut with an ellipsis.
  static func fitted(_ text: String, to width: Int) -> String {
    let count = columns(text)
    guard count > width else { return text + String(repeating: " ", count: width - count) }
    var kept = ""
    var used = 0
    for character in text {
      let next = columns(character)
      guard used + next < width else { break }
      kept.append(character)
      used += next
    }
    return kept + "…" + String(repeating: " ", count: max(0, width - used - 1))
  }

  /// The text with control characters spelt out, so that what a stranger wrote moves no cursor and
  /// changes no colour; line ends and tabs stay where `keepingLines` says so.
  static func visible(_ text: String, keepingLines: Bool) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0a where keepingLines, 0x09 where keepingLines: shown.unicodeScalars.append(scalar)
      case 0x0a: shown += "\\n"
      case 0x09: shown += "\\t"
      case 0x0d: shown += "\\r"
      // C0, C1, and the marks that turn the direction of text (Unicode TR #36).
      case 0...0x1f, 0x7f...0x9f, 0x202a...0x202e, 0x2066...0x2069:
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}

extension String {
  /// The text with spaces up to a width; a longer text stays as it is.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - TextWidth.columns(self)))
  }
}
