/// Each use of `unsafe` stands under its proof.
///
/// A `// SAFETY:` comment, which may go on over several lines, covers the three lines under it. A
/// line with `unsafe` directly under a covered line with `unsafe` is covered as well, so that one
/// proof serves one run of lines. Lines that are comments do not count.
enum Safety {
  static let reach = 3
  static let message =
    "`unsafe` without its proof; instead: a line `// SAFETY: …` within the \(reach) lines above, "
    + "that says why this holds"

  private static let use = Pattern(#"(?<![@.(\w])\bunsafe\b(?![:)])"#)

  static func findings(in file: SourceFile) -> [Finding] {
    let uses = Set(use.matches(in: file.readings.code).map(\.line))
    let comments = file.readings.comments.split(separator: "\n", omittingEmptySubsequences: false)
    var coveredUntil = 0
    var findings: [Finding] = []
    var isInProof = false
    for line in 1...max(1, comments.count) {
      let comment = comments[line - 1].trimmingBlanks
      let isComment = comment.hasPrefix("//") && file.codeLines[line - 1].trimmingBlanks.isEmpty
      isInProof = isComment && (isInProof || comment.hasPrefix("// SAFETY:"))
      if isInProof {
        coveredUntil = line + reach
      } else if isComment, line <= coveredUntil {
        coveredUntil += 1
      }
      guard uses.contains(line) else { continue }
      if line <= coveredUntil {
        coveredUntil = max(coveredUntil, line + 1)
      } else {
        findings.append(file.finding(line: line, message))
      }
    }
    return findings
  }
}
