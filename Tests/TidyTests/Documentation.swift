/// What crosses a module is documented, and things are where their name says.
enum Documentation {
  private static let declaration = Pattern(
    #"^[ \t]*(?:@\w+(?:\([^)\n]*\))?[ \t]+|\w+(?:\([^)\n]*\))?[ \t]+)*?package[ \t]+"#
      + #"(?!import\b)(?:[\w()]+[ \t]+)*?(?:func|var|let|init|subscript|struct|class|enum|actor"#
      + #"|protocol|typealias|macro)\b"#)
  private static let declaredName = Pattern(
    #"\b(?:struct|class|enum|actor|protocol|typealias|func|let|var|macro)\s+(\w+)"#
      + #"|\bextension\s+([^{]+)\{"#)
  private static let declaredType = Pattern(
    #"\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)"#)
  private static let storedValue = Pattern(#"\b(?:let|var)\s+(\w+)\s*[:=]"#)
  private static let plainInitializer = Pattern(#"(?<![.\w])init\(([^{]*)\)\s*\{"#)
  private static let parameterLabel = Pattern(#"(\w+)\s*:"#)
  private static let word = Pattern(#"\w+"#)
  private static let oneLine = Pattern(#"^(?:\w+(?:\(set\))? )*(?:let|var) \w+[^{]*[^{=(\[,]$"#)
  private static let requirement = Pattern(
    #"^(?:static |mutating )*(?:func|var|init)\b[^{]*(?:\{ get (?:set )?\})?$"#)
  private static let typeOpening = Pattern(
    #"\b(?:struct|class|enum|actor|protocol|extension)\b[^{}]*\{$"#)

  static let missing =
    "a `package` declaration without `///`; instead: one sentence above it about what is true"

  /// `package` declarations that say nothing about themselves.
  ///
  /// A witness is documented where its protocol asks for it, and an initializer that only takes the
  /// stored values, by those.
  static func missingComments(in file: SourceFile, _ requirements: Requirements) -> [Finding] {
    let witnesses = requirements.witnesses(in: file)
    return declaration.matches(in: file.readings.code)
      .map(\.line)
      .filter { line in
        let member = Member(code: file.codeLines[line - 1], line: line)
        let isWitness = member.map { witnesses.contains($0.name) } ?? false
        return !isWitness && !isDocumented(line, in: file) && !isMemberwise(line, in: file)
      }
      .map { file.finding(line: $0, missing) }
  }

  /// A type that has its module's name makes every other name of the module unreachable by path.
  static func namesakes(in file: SourceFile) -> [Finding] {
    guard let target = file.target else { return [] }
    return declaredType.matches(in: file.readings.code)
      .filter { $0.groups[1] == target }
      .map { file.finding(line: $0.line, namesake(of: target)) }
  }

  /// A file that declares, extends or conforms to nothing of its own name.
  static func misnamed(_ file: SourceFile) -> [Finding] {
    let stem = file.stem
    guard stem != "main", stem != "Package", !Fence.isFence(file) else { return [] }
    let names = declaredName.matches(in: file.readings.code).flatMap { match in
      [match.groups[1]] + word.matches(in: match.groups[2]).map { $0.groups[0] }
    }
    guard !names.contains(where: { $0 == stem || $0 == lowerCamelCase(stem) }) else { return [] }
    return [file.finding(line: 0, misnaming(stem))]
  }

  static func namesake(of target: String) -> String {
    "`\(target)` is the module's name; instead: name the type for who works there "
      + "(`Runs` is the place, `Runner` the actor)"
  }

  static func misnaming(_ stem: String) -> String {
    "nothing here is named `\(stem)`; instead: name the file for its main type, "
      + "or `Type+Aspect.swift` for an extension of it"
  }

  /// Whether a declaration is documented: by the comment above it, or by one that it shares.
  ///
  /// Attributes and the mark of a table may stand between. Values of one line share the comment
  /// above the first of their run; a run directly under the line that opens a type, the type's.
  static func isDocumented(_ line: Int, in file: SourceFile) -> Bool {
    var sharing = sharesComment(file.codeLines[line - 1])
    for index in stride(from: line - 2, through: 0, by: -1) {
      let text = file.lines[index].trimmingBlanks
      if text.hasPrefix("///") { return true }
      if text.hasPrefix("@") || text.hasPrefix("// swift-format-ignore") { continue }
      guard sharing else { return false }
      let code = file.codeLines[index]
      if opensType(code) {
        sharing = false
      } else if !sharesComment(code) {
        return false
      }
    }
    return false
  }

  /// Whether the line is a whole stored value, or a requirement of a protocol.
  private static func sharesComment(_ code: Substring) -> Bool {
    let text = String(code.trimmingBlanks)
    return !oneLine.matches(in: text).isEmpty || !requirement.matches(in: text).isEmpty
  }

  private static func opensType(_ code: Substring) -> Bool {
    !typeOpening.matches(in: String(code)).isEmpty
  }

  /// Whether the line begins an initializer that cannot fail and takes only what is stored here.
  private static func isMemberwise(_ line: Int, in file: SourceFile) -> Bool {
    let rest = file.codeLines[(line - 1)...].prefix(parameterLinesMax).joined(separator: "\n")
    guard let match = plainInitializer.matches(in: rest).first, match.line == 1,
      !match.groups[1].contains("throws"), !match.groups[1].contains("async")
    else { return false }
    let stored = Set(storedValue.matches(in: file.readings.code).map { $0.groups[1] })
    return parameterLabel.matches(in: match.groups[1]).allSatisfy { stored.contains($0.groups[1]) }
  }

  /// The most lines that an initializer's parameters take.
  private static let parameterLinesMax = 12

  private static func lowerCamelCase(_ name: String) -> String {
    name.prefix(1).lowercased() + name.dropFirst()
  }
}
