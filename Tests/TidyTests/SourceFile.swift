import Foundation

/// A Swift file as the rules see it.
struct SourceFile: Sendable {
  /// Relative to the repository's root, with `/`.
  let path: String
  let text: String
  let readings: SwiftText
  /// The file's lines and the code on each, by the same index.
  let lines: [Substring]
  let codeLines: [Substring]

  /// Which of a file's readings a rule is about.
  enum Reading: Sendable { case code, comments, strings, text }

  init(path: String, text: String) {
    self.path = path
    self.text = text
    readings = SwiftText(text)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    codeLines = readings.code.split(separator: "\n", omittingEmptySubsequences: false)
  }

  func reading(_ reading: Reading) -> String {
    switch reading {
    case .code: readings.code
    case .comments: readings.comments
    case .strings: readings.strings
    case .text: text
    }
  }

  /// `Wire` for `Sources/Wire/CBORReader.swift`; nil outside `Sources`.
  var target: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
  }

  /// `HTTP2Session` for `HTTP2Session+Abuse.swift`.
  var stem: String {
    let name = path.split(separator: "/").last?.dropLast(".swift".count) ?? ""
    return String(name.prefix { $0 != "+" })
  }

  func isUnder(_ prefixes: [String]) -> Bool { prefixes.contains { path.hasPrefix($0) } }

  func finding(line: Int, _ message: String) -> Finding {
    Finding(path: path, line: line, message: message)
  }
}
