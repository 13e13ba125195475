/// The links of a Markdown page that lead to files of this repository.
enum Links {
  private static let link = Pattern(#"\]\(\s*<?([^)>\s]+)>?(?:\s+"[^"\n]*")?\s*\)"#)
  private static let heading = Pattern(#"^#{1,6}[ \t]+(.+?)[ \t]*#*$"#)
  private static let fence = Pattern(
    #"^[ \t]*(?:```|~~~)[^\n]*\n(?:[\s\S]*?)^[ \t]*(?:```|~~~)[ \t]*$"#)
  private static let inlineCode = Pattern(#"`[^`\n]*`"#)

  struct Target: Hashable {
    let line: Int
    /// Empty for a heading of the page itself.
    let file: String
    /// Empty for the file as a whole.
    let heading: String
  }

  /// Where the page's relative links lead; examples of code have none.
  static func targets(in page: String) -> [Target] {
    link.matches(in: proseOnly(page)).compactMap { match in
      let words = match.groups[1].split(
        separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      guard !match.groups[1].contains(":"), let file = words.first else { return nil }
      return Target(
        line: match.line, file: String(file), heading: words.count > 1 ? String(words[1]) : "")
    }
  }

  /// The names by which a page's headings are reached: lower case, no punctuation, `-` for a space.
  static func headings(of page: String) -> Set<String> {
    Set(
      heading.matches(in: blanked(page, fence)).map { match in
        let kept = match.groups[1].lowercased().filter {
          $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
        }
        return String(kept.map { $0 == " " ? "-" : $0 })
      })
  }

  /// The links of the page at `path` that lead nowhere; `page` gives the text behind a path.
  static func findings(path: String, text: String, page: (String) -> String?) -> [Finding] {
    targets(in: text).compactMap { target in
      let file = target.file.isEmpty ? path : resolve(target.file, from: path)
      guard let there = target.file.isEmpty ? text : page(file) else {
        return Finding(path: path, line: target.line, message: missing(target.file))
      }
      guard target.heading.isEmpty || headings(of: there).contains(target.heading) else {
        return Finding(path: path, line: target.line, message: missing("#" + target.heading))
      }
      return nil
    }
  }

  static func missing(_ target: String) -> String {
    "the link to \(target) leads nowhere; instead: the path from this page's folder, "
      + "or the heading as it is now"
  }

  private static func resolve(_ link: String, from page: String) -> String {
    var parts = page.split(separator: "/").dropLast()
    for part in link.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  private static func proseOnly(_ page: String) -> String {
    blanked(blanked(page, fence), inlineCode)
  }

  /// The page with every match of `pattern` taken out, its line ends kept.
  private static func blanked(_ page: String, _ pattern: Pattern) -> String {
    var rest = page
    for match in pattern.matches(in: page) {
      let lines = String(repeating: "\n", count: match.groups[0].count(where: { $0 == "\n" }))
      if let range = rest.firstRange(of: match.groups[0]) {
        rest.replaceSubrange(range, with: lines)
      }
    }
    return rest
  }
}
