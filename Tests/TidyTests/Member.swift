/// A declaration on one line: what it is called, so that two declarations can be matched.
struct Member {
  /// `step`, `==`, or `init(` with the first label.
  let name: String
  /// Counted from 1.
  let line: Int

  private static let function = Pattern(#"\bfunc\s+([^\s(<]+|[^\w\s]+)\s*[(<]"#)
  private static let value = Pattern(#"\b(?:var|let)\s+(\w+)"#)
  private static let initializer = Pattern(#"(?<![.\w])init\b[?!]?\s*(?:<[^>\n]*>)?\(\s*(\w*)"#)

  init?(code: Substring, line: Int) {
    let text = String(code)
    if let match = Self.function.matches(in: text).first {
      name = match.groups[1]
    } else if let match = Self.initializer.matches(in: text).first {
      name = "init(" + match.groups[1]
    } else if let match = Self.value.matches(in: text).first {
      name = match.groups[1]
    } else {
      return nil
    }
    self.line = line
  }
}
