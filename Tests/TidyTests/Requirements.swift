/// What protocols ask for: a witness is documented where it is asked for, not where it is given.
struct Requirements: Sendable {
  private var names: [String: Set<String>]
  private var parents: [String: Set<String>] = [:]
  /// What each type says in any file that it is.
  private var conformances: [String: Set<String>] = [:]

  /// Protocols of the standard library that documented types conform to, with what they ask for.
  // swift-format-ignore
  private static let standard: [String: Set<String>] = [
    "CustomStringConvertible":      ["description"],
    "CustomDebugStringConvertible": ["debugDescription"],
    "Equatable":                    ["=="],
    "Hashable":                     ["==", "hash"],
    "Comparable":                   ["<"],
    "AdditiveArithmetic":           ["+", "-", "zero"],
    "Identifiable":                 ["id"],
    "CaseIterable":                 ["allCases"],
    "RawRepresentable":             ["rawValue", "init(rawValue"],
    "Sequence":                     ["makeIterator", "underestimatedCount"],
    "IteratorProtocol":             ["next"],
    "Collection":                   ["startIndex", "endIndex", "index", "count"],
    "RandomNumberGenerator":        ["next"],
    "Clock":                        ["now", "minimumResolution", "sleep"],
    "Executor":                     ["enqueue"],
    "SerialExecutor":               ["enqueue", "checkIsolated", "isIsolatingCurrentContext"],
    "TaskExecutor":                 ["enqueue"],
    "Actor":                        ["unownedExecutor"],
    "ExpressibleByStringLiteral":       ["init(stringLiteral"],
    "ExpressibleByStringInterpolation": ["init(stringLiteral", "init(stringInterpolation"],
    "ExpressibleByIntegerLiteral":    ["init(integerLiteral"],
    "ExpressibleByFloatLiteral":      ["init(floatLiteral"],
    "ExpressibleByBooleanLiteral":    ["init(booleanLiteral"],
    "ExpressibleByNilLiteral":        ["init(nilLiteral"],
    "ExpressibleByArrayLiteral":      ["init(arrayLiteral"],
    "ExpressibleByDictionaryLiteral": ["init(dictionaryLiteral"],
  ]

  private static let opening = Pattern(#"\bprotocol\s+(\w+)\s*(?::([^{\n]*))?\{"#)
  private static let word = Pattern(#"\w+"#)
  private static let conformance = Pattern(
    #"\b(?:struct|class|enum|actor|extension)\s+(\w+)[^{:\n]*:\s*([^{]*)\{"#)
  private static let extended = Pattern(#"\bextension\s+(\w+)"#)

  init(of files: [SourceFile]) {
    names = Self.standard
    for file in files {
      for match in Self.opening.matches(in: file.readings.code) {
        let members = Self.members(of: file, from: match.line)
        names[match.groups[1], default: []].formUnion(members.map(\.name))
        parents[match.groups[1], default: []].formUnion(Self.words(match.groups[2]))
      }
      for match in Self.conformance.matches(in: file.readings.code) {
        let named = Self.words(match.groups[2])
        conformances[match.groups[1], default: []].formUnion(named)
      }
    }
  }

  /// The names that a file may give as a witness: those that the protocols ask for which it names,
  /// or which the types that it extends conform to.
  func witnesses(in file: SourceFile) -> Set<String> {
    let extended = Self.extended.matches(in: file.readings.code).map { $0.groups[1] }
    var waiting =
      extended
      .reduce(into: Self.words(file.readings.code)) { $0.formUnion(conformances[$1] ?? []) }
      .filter { names[$0] != nil }
    var seen: Set<String> = []
    while let name = waiting.popFirst() {
      seen.insert(name)
      waiting.formUnion((parents[name] ?? []).filter { names[$0] != nil && !seen.contains($0) })
    }
    return seen.reduce(into: []) { $0.formUnion(names[$1] ?? []) }
  }

  private static func words(_ text: String) -> Set<String> {
    Set(word.matches(in: text).map { $0.groups[0] })
  }

  /// What a protocol asks for, with the line of each, from the line on which it opens.
  private static func members(of file: SourceFile, from line: Int) -> [Member] {
    var depth = 0
    var members: [Member] = []
    for index in (line - 1)..<file.codeLines.count {
      let code = file.codeLines[index]
      if depth == 1, let member = Member(code: code, line: index + 1) { members.append(member) }
      depth += code.utf8.count(where: { $0 == UInt8(ascii: "{") })
      depth -= code.utf8.count(where: { $0 == UInt8(ascii: "}") })
      if depth == 0, index >= line - 1, code.contains("}") { break }
    }
    return members
  }

  /// Requirements of `package` protocols that say nothing about themselves.
  static func missingComments(in file: SourceFile) -> [Finding] {
    opening.matches(in: file.readings.code)
      .filter { file.codeLines[$0.line - 1].contains("package ") }
      .flatMap { members(of: file, from: $0.line) }
      .filter { !Documentation.isDocumented($0.line, in: file) }
      .map { file.finding(line: $0.line, missing($0.name)) }
  }

  static func missing(_ name: String) -> String {
    "`\(name)` is asked for without `///`; instead: one sentence about what every conformer owes"
  }
}
