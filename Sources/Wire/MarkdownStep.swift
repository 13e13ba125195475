/// One step of the path in a heading.
enum MarkdownStep {
  case key(String)
  case index(Int)

  /// The step as it stands in a list of members.
  var label: String {
    switch self {
    case .key(let key): MarkdownStep.label(key)
    case .index(let index): "[\(index)]"
    }
  }

  /// A key as a word, or as a JSON string in code when it is none.
  static func label(_ key: String) -> String {
    isWord(key) ? key : MarkdownText.code(.text(key))
  }

  static func path(_ steps: [MarkdownStep]) -> String {
    var text = ""
    for step in steps {
      if case .key = step, !text.isEmpty { text += "." }
      text += step.label
    }
    return text
  }

  /// Whether a key is letters and digits of ASCII, with `-` and `_` inside only, where they mean
  /// nothing to Markdown.
  private static func isWord(_ key: String) -> Bool {
    guard let first = key.utf8.first, let last = key.utf8.last, isAlphanumeric(first),
      isAlphanumeric(last)
    else { return false }
    return key.utf8.allSatisfy {
      isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
