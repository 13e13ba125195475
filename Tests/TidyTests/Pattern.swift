import Foundation

/// A regular expression that knows on which line it matched.
struct Pattern: Sendable {
  private let expression: NSRegularExpression

  /// A pattern that is wrong is a mistake in a table of these tests.
  init(_ pattern: String) {
    do {
      expression = try NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
    } catch {
      preconditionFailure("the pattern \(pattern) does not compile: \(error)")
    }
  }

  /// One match: its line, counted from 1, and the text of each group, the whole match first.
  struct Match {
    let line: Int
    let groups: [String]
  }

  func matches(in text: String) -> [Match] {
    let whole = NSRange(text.startIndex..<text.endIndex, in: text)
    var line = 1
    var counted = text.startIndex
    return expression.matches(in: text, range: whole).compactMap { match in
      guard let range = Range(match.range, in: text) else { return nil }
      line += text[counted..<range.lowerBound].utf8.count(where: { $0 == UInt8(ascii: "\n") })
      counted = range.lowerBound
      let groups = (0..<match.numberOfRanges).map { index in
        Range(match.range(at: index), in: text).map { String(text[$0]) } ?? ""
      }
      return Match(line: line, groups: groups)
    }
  }
}
