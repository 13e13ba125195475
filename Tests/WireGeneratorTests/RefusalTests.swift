import Testing

@testable import WireGenerator

/// What the generator does not understand is an error with its place, never an omission.
@Suite("Refusals")
struct RefusalTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let source: String
    let line: Int
    let column: Int
    let problem: Problem

    init(_ source: String, _ line: Int, _ column: Int, _ problem: Problem) {
      self.source = source
      self.line = line
      self.column = column
      self.problem = problem
    }

    /// A member of a coded struct, on the second line behind two spaces.
    init(member: String, line: Int = 2, _ column: Int, _ problem: Problem) {
      self.init("struct A: Coded {\n  \(member)\n}", line, column, problem)
    }

    var testDescription: String { "\(problem)" }
  }

  // swift-format-ignore
  static let members = [
    Row(member: "let a = 1",                             7, .missingType("a")),
    Row(member: "let a, b: Int",                         8, .several),
    Row(member: "var a: Int, b: Int",                   13, .several),
    Row(member: "var a: Int = 1, b: Int",               17, .several),
    Row(member: "let (a, b): (Int, Int)",                7, .tuplePattern),
    Row(member: "let a: (Int, Int)",                    10, .tuple),
    Row(member: "let a: [(Int)]",                       11, .tuple),
    Row(member: "let a: (Int) -> Int",                  10, .functionType),
    Row(member: "let a: () throws -> Int",              10, .functionType),
    Row(member: "let a: @Sendable () -> Int",           10, .functionType),
    Row(member: "let a: Int -> Int",                    14, .functionType),
    Row(member: "let a: any P",                         10, .existential("any")),
    Row(member: "let a: some P",                        10, .existential("some")),
    Row(member: "let a: P & Q",                         12, .composition),
    Row(member: "let a: ~Copyable",                     10, .suppressed),
    Row(member: "let a: Int!",                          13, .implicitlyUnwrapped),
    Row(member: "let a: Int??",                         10, .doubleOptional),
    Row(member: "let a: Optional<Int?>",                10, .doubleOptional),
    Row(member: "let a: [3 of Int]",                    11, .expected("a type", found: "'3'")),
    Row(member: "let a: [Int",                 line: 3,  1, .expected("']'", found: "'}'")),
    Row(member: "var a: [Int",                 line: 3,  1, .unbalanced("}")),
    Row(member: "let a: Box<Int",              line: 3,  1, .expected("'>'", found: "'}'")),
    Row(member: "let a: Int.",                 line: 3,  1, .expected("a type", found: "'}'")),
    Row(member: "let a: Int b",                         14, .expected("the end of the declaration", found: "'b'")),
    Row(member: "let a:",                      line: 3,  1, .expected("a type", found: "'}'")),
    Row(member: "let 1: Int",                            7, .expected("a name", found: "'1'")),
    Row(member: "let a: Int = 1",                       14, .constantWithValue("a")),
    Row(member: "var a: Int =",                line: 3,  1, .expected("a value", found: "'}'")),
    Row(member: "var a: Int = { 1 }()",                 16, .closure),
    Row(member: "var a: Int = 1 { didSet {} }",         18, .closure),
    Row(member: "var a: Int { didSet {} }",             16, .observers("a")),
    Row(member: "var a: Int { @A get { 1 } }",          16, .observers("a")),
    Row(member: "lazy var a: Int = 1",                   3, .modifier("lazy")),
    Row(member: "weak var a: Int?",                      3, .modifier("weak")),
    Row(member: "unowned(unsafe) let a: Int",            3, .modifier("unowned")),
    Row(member: "package private(set) var a: Int",      11, .modifier("private(set)")),
    Row(member: "@Wrapped var a: Int",                   3, .attribute),
    Row(member: "@A.B(1) let a: Int",                    3, .attribute),
    Row(member: "private let a: Int",                    3, .hiddenProperty("a")),
    Row(member: "fileprivate var a: Int = 1",            3, .hiddenProperty("a")),
    Row(member: "let a: Patch<Int>?",                   10, .patchInside),
    Row(member: "let a: Patch<Int?>",                   10, .patchInside),
    Row(member: "let a: [Wire.Patch<Int>]",             10, .patchInside),
    Row(member: "let a: TextMap<[Patch<Int>]>",         10, .patchInside),
    Row(member: "var a: Patch<Int> = .null",            21, .patchDefault),
    Row(member: "let a: Draft",                         10, .takenName("Draft")),
    Row(member: "let a: [Draft.A?]",                    10, .takenName("Draft")),
    Row(member: "struct Draft {}",                      10, .takenName("Draft")),
    Row(member: "typealias Draft = Int",                13, .takenName("Draft")),
    Row(member: "static let schema = 1",                14, .takenName("schema")),
    Row(member: "package static var fields: Int { 1 }", 22, .takenName("fields")),
    Row(member: "let a: [String: Int]",                 11, .dictionary),
    Row(member: "let a: [Self]",                         7, .recursive("a")),
    Row(member: "#a",                                    3, .macro),
    Row(member: "nonsense",                              3, .expected("a member", found: "'nonsense'")),
    Row(member: "case a",                                3, .expected("a member", found: "'case'")),
    Row(member: "func f()",                    line: 3,  1, .expected("'{'", found: "'}'")),
    Row(member: "static let naming = Naming(1)",        14, .badNaming),
    Row(member: "static var naming: Naming { .camelCase }", 14, .badNaming),
    Row(member: "static let naming: Naming = .kebab",   14, .badNaming),
    Row(member: "static let naming: Naming = .named",   14, .badNaming),
    Row(member: "static let naming: Naming = .named(names)", 14, .badNaming),
    Row(member: "static let naming: Naming = .named([\"a\": b])", 14, .badNaming),
    Row(member: "static let naming: Naming = .camelCase([\"a\": \"b\"])", 14, .badNaming),
    Row(member: "static let naming: Naming = .snakeCase + 1", 14, .badNaming),
    Row(member: "static let naming: Naming = .named([\"a\": \"b\"])", 14, .strangeException("a")),
    Row(member: "static let naming: Naming = .named([\"a\": \"b\", \"a\": \"c\"])", 49, .exceptionTwice("a")),
    Row(member: "static let omitsNil = !false",         14, .badOmission),
    Row(member: "static var omitsNil: Bool { true }",   14, .badOmission),
    Row(member: "let größe: Int",                        7, .badName("größe")),
    Row(member: "let runID: Int; let run_id: Int",      23, .sameName("runID", "run_id", name: "run_id")),
    Row(member: "let a: A?",                             7, .recursive("a")),
    Row(member: "let a: TextMap<[A]>",                   7, .recursive("a")),
  ]

  // swift-format-ignore
  static let types = [
    Row("class A: Coded {}",                           1, 1, .notStructOrEnum("class")),
    Row("actor A: Coded {}",                           1, 1, .notStructOrEnum("actor")),
    Row("struct A<T>: Coded {}",                       1, 1, .generic("A")),
    Row("struct B<let n: Int> {\n struct A: Coded {}\n}", 2, 2, .generic("A")),
    Row("private struct A: Coded {}",                  1, 9, .hidden("A")),
    Row("fileprivate enum B { struct A: Wire.Coded {} }", 1, 22, .hidden("A")),
    Row("private extension B { struct A: Coded {} }",  1, 23, .hidden("A")),
    Row("public struct A: Coded {}",                   1, 8, .published("A")),
    Row("func f() {\n  struct A: Coded {}\n}",         2, 3, .local("A")),
    Row("let a = { enum A: String, Coded { case b } }", 1, 11, .local("A")),
    Row("#if B\nstruct A: Coded {}\n#endif",           1, 1, .conditional),
    Row("struct A: Coded {\n  func f() {\n#if B\n#endif\n  }\n}", 3, 1, .conditional),
    Row("struct A: Coded {",                           1, 17, .unbalanced("{")),
    Row("struct A: Coded {\n  func f() {",             2, 12, .unbalanced("{")),
    Row("struct A: Coded {\n  var a: Int { (] }\n}",   2, 17, .unbalanced("]")),
    Row("struct A: Coded {}\n}",                       2, 1, .unbalanced("}")),
    Row("struct A: Coded {}\n)",                       2, 1, .unbalanced(")")),
    Row("enum A: Coded { case b }",                    1, 1, .rawTypeNotString("A")),
    Row("enum A: Int, Coded { case b }",               1, 1, .rawTypeNotString("A")),
    Row("enum A: String, Coded {}",                    1, 1, .noCases("A")),
    Row("enum A: String, Coded { case b(Int) }",       1, 30, .associatedValues("b")),
    Row("indirect enum A: String, Coded { case b }",   1, 1, .indirect),
    Row("enum A: String, Coded { indirect case b }",   1, 25, .indirect),
    Row("enum A: String, Coded { case b = 1 }",        1, 34, .badRawValue),
    Row("enum A: String, Coded { case b = \"\\n\" }",  1, 34, .badRawValue),
    Row("enum A: String, Coded { case b = #\"b\"# }",  1, 34, .badRawValue),
    Row("enum A: String, Coded { case b = \"\" }",     1, 30, .badChoice("")),
    Row("enum A: String, Coded { case b = \"é\" }",    1, 30, .badChoice("é")),
    Row("enum A: String, Coded { case b, c = \"b\" }", 1, 33, .sameChoice("b")),
    Row("enum A: String, Coded { case b, schema }",    1, 33, .takenName("schema")),
    Row("enum A: String, Coded { case b; static let wireNames = 1 }", 1, 44, .takenName("wireNames")),
    Row("enum A: String, Coded { case b c }",          1, 32, .expected("the end of the case", found: "'c'")),
    Row("struct A: Coded { let b: B }\nstruct B: Coded { let c: [C] }\nstruct C: Coded { let a: A? }",
      1, 23, .recursive("b")),
    Row("struct A: Coded {}\nenum B { struct A: Coded {} }\nextension B { enum A: String, Coded { case c } }",
      3, 15, .declaredTwice("B.A")),
  ]

  @Test("what is not understood is refused where it stands", arguments: members + types)
  func refuses(_ row: Row) {
    let diagnostic = Reading.diagnostics(row.source).first
    #expect(diagnostic?.problem == row.problem)
    #expect(diagnostic?.position == Position(line: row.line, column: row.column))
  }

  /// A record with fields of the names given.
  private func record(_ names: [String]) -> String {
    "struct A: Coded {\n" + names.map { "  let \($0): Int\n" }.joined() + "}"
  }

  @Test("a record has as many fields as the limit says and no more")
  func limitsFields() {
    let names = (1...Limits.fieldsMax).map { "a\($0)" }
    #expect(Reading.diagnostics(record(names)).isEmpty)
    let diagnostic = Reading.diagnostics(record(names + ["b"])).first
    #expect(diagnostic?.problem == .tooManyFields(Limits.fieldsMax + 1))
    #expect(diagnostic?.position == Position(line: Limits.fieldsMax + 2, column: 7))
  }

  @Test("a name is as long as the limit says and no longer")
  func limitsNames() {
    let name = String(repeating: "a", count: Limits.nameMax)
    #expect(Reading.diagnostics(record([name])).isEmpty)
    #expect(Reading.diagnostics(record([name + "b"])).first?.problem == .nameTooLong(name + "b"))
  }

  @Test("a type is as deep as the limit says and no deeper")
  func limitsTypes() {
    let fits = String(repeating: "[", count: Limits.typeDepthMax - 1)
    let closing = String(repeating: "]", count: Limits.typeDepthMax - 1)
    #expect(Reading.diagnostics("struct A: Coded { let a: \(fits)Int\(closing) }").isEmpty)
    let problem = Reading.diagnostics("struct A: Coded { let a: [\(fits)Int\(closing)] }").first
    #expect(problem?.problem == .typeTooDeep)
  }

  @Test("types are nested as deep as the limit says and no deeper")
  func limitsNesting() {
    func nested(_ depth: Int) -> String {
      String(repeating: "enum A {", count: depth - 1) + "struct A: Coded {}"
        + String(repeating: "}", count: depth - 1)
    }
    #expect(Reading.diagnostics(nested(Limits.nestingMax)).isEmpty)
    #expect(
      Reading.diagnostics(nested(Limits.nestingMax + 1)).first?.problem == .nestedTooDeep)
  }

  @Test("every file that is refused is reported, as compilers do it")
  func reports() {
    #expect(throws: Refusal.self) {
      try Reading.target("struct A: Coded { let a = 1 }", "", "class B: Coded {}")
    }
    let text = Reading.diagnostics("struct A: Coded {\n  let a = 1\n}").map(\.description)
    #expect(text == ["Sources/Runs/Run.swift:2:7: error: 'a' needs a written type"])
  }

  // swift-format-ignore
  static let foreign = [
    "struct A { let a = \"",
    "struct A<T>: P { }}}",
    "#if A\nstruct B {}\n#endif",
    "func f() { `a }",
  ]

  @Test("a file without coded types is the compiler's to judge", arguments: foreign)
  func passesOver(_ source: String) {
    #expect(Reading.diagnostics(source).isEmpty)
  }
}
