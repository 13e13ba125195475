/// One function, initializer, subscript or computed property, with the lines it takes.
struct Body {
  let name: String
  /// Counted from 1.
  let firstLine: Int
  let lastLine: Int

  var length: Int { lastLine - firstLine + 1 }

  private static let opening = Pattern(
    #"(?<![.\w])(?:func\s+([^\s(]+?)\s*[(<]|(init)[?!]?\s*[(<]|(deinit)\b|(subscript)\s*[(<]"#
      + #"|var\s+(\w+)\s*:[^=\n]*\{)"#)

  /// Every body in the file, in the order of its first line.
  static func all(in file: SourceFile) -> [Body] {
    opening.matches(in: file.readings.code).compactMap { match in
      let name = match.groups.dropFirst().first { !$0.isEmpty } ?? ""
      guard let last = lastLine(of: match.line, at: match.groups[0], in: file) else { return nil }
      return Body(name: name, firstLine: match.line, lastLine: last)
    }
  }

  /// The line on which the body closes; nil when there is none, as in a protocol.
  private static func lastLine(of first: Int, at opening: String, in file: SourceFile) -> Int? {
    var parentheses = 0
    var braces = 0
    for index in (first - 1)..<file.codeLines.count {
      var code = file.codeLines[index]
      if index == first - 1, let start = code.firstRange(of: opening) {
        code = code[start.lowerBound...]
      }
      for character in code.utf8 {
        switch character {
        case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
        case UInt8(ascii: "{") where parentheses == 0 || braces > 0: braces += 1
        case UInt8(ascii: "}") where braces > 0:
          braces -= 1
          if braces == 0 { return index + 1 }
        default: break
        }
      }
      if braces == 0, parentheses == 0, !goesOn(after: index, in: file) { return nil }
    }
    return nil
  }

  /// Whether the signature that has opened no body yet goes on in the next line.
  private static func goesOn(after index: Int, in file: SourceFile) -> Bool {
    let joints = ["{", "->", "throws", "async", "where", "&", ","]
    let here = file.codeLines[index].trimmingBlanks
    let next = index + 1 < file.codeLines.count ? file.codeLines[index + 1].trimmingBlanks : ""
    return joints.contains { next.hasPrefix($0) || here.hasSuffix($0) }
  }
}

extension Substring {
  /// The line without the spaces before and after it.
  var trimmingBlanks: Substring {
    var rest = drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}
