import Testing

/// A word that does not occur, and what is used in its place.
struct Word: Sendable, CustomTestStringConvertible {
  /// How the word is named in a message.
  let name: String
  let pattern: Pattern
  let reading: SourceFile.Reading
  /// Path prefixes in which the word is looked for.
  let over: [String]
  /// Path prefixes in which it is allowed.
  let except: [String]
  let instead: String
  /// Code that has the word once, and code close to it that has not.
  let bad: String
  let good: String

  init(
    _ name: String, _ pattern: String, in reading: SourceFile.Reading = .code,
    over: [String] = Repository.swiftFolders, except: [String] = [], instead: String,
    bad: String, good: String
  ) {
    self.name = name
    self.pattern = Pattern(pattern)
    self.reading = reading
    self.over = over
    self.except = except
    self.instead = instead
    self.bad = bad
    self.good = good
  }

  var testDescription: String { name }

  /// The whole text of a finding.
  var message: String { "`\(name)` does not occur here; instead: \(instead)" }

  func findings(in file: SourceFile) -> [Finding] {
    guard file.isUnder(over), !file.isUnder(except) else { return [] }
    return pattern.matches(in: file.reading(reading)).map { file.finding(line: $0.line, message) }
  }
}
