import Testing

@testable import WireGenerator

/// What is read from the declarations that are understood.
@Suite("Model")
struct ModelTests {
  /// A record in one line: access, name, documentation and fields as `name=wire:type=default`.
  private static func summary(_ record: Record) -> String {
    let fields = record.fields.map { field in
      let standard = field.standard.map { " = \($0)" } ?? ""
      return "\(field.source)/\(field.wireName): \(field.type)\(standard)"
    }
    let access = record.isPackage ? "package " : ""
    return "\(access)\(record.name){\(fields.joined(separator: "; "))}"
  }

  // swift-format-ignore
  static let records: [(name: String, source: String, summaries: [String])] = [
    ("no fields", "struct A: Coded {}", ["A{}"]),
    ("package reach", "package struct A: Hashable, Wire.Coded, Sendable { package let a: Int }",
      ["package A{a/a: Int}"]),
    ("attributes before the type", "@frozen @A(b: 1) package struct A: @unchecked Coded {}",
      ["package A{}"]),
    ("optionals, arrays and dictionaries",
      "struct A: Coded { let a: Int?; let b: [String]; let c: TextMap<[Int?]>; let d: Optional<Int> }",
      ["A{a/a: Optional<Int>; b/b: [String]; c/c: TextMap<[Optional<Int>]>; d/d: Optional<Int>}"]),
    ("generic arguments", "struct A: Coded { let a: Wire.Text<1, 1_000>; let b: Bounded<-1, 1>?; let c: Map<K, [V]> }",
      ["A{a/a: Wire.Text<1, 1_000>; b/b: Optional<Bounded<-1, 1>>; c/c: Map<K, [V]>}"]),
    ("defaults", "struct A: Coded {\n  var a: Int = 1\n  var b: [Int] = [\n    1, // one\n    2,\n  ]\n  var c: B =\n    .init(a: 1)\n    .b\n  var d: Int? = nil\n  var e: Patch<Int> = .absent\n}",
      ["A{a/a: Int = 1; b/b: [Int] = [\n    1, // one\n    2,\n  ]; c/c: B = .init(a: 1)\n    .b; d/d: Optional<Int>; e/e: Patch<Int>}"]),
    ("what is no stored property", """
      struct A: Coded {
        let a: Int // {
        var b: Int { a + 1 }
        var c: (Int, Int) { (a, a) }
        private var d: Int { get { 1 } set {} }
        @Wrapper var e: any P { 1 }
        static let f = { "}" }()
        static var g: Int { 1 }
        package static var h = 1, i = 2
        typealias J = Int
        init(_ a: Int) { self.a = a }
        init?<T>(b: T) where T: P { nil }
        func k<T>(_ a: [T] = []) -> some P where T == Int { a }
        static func == (a: A, b: A) -> Bool { true }
        subscript(a: Int) -> Int { a }
        mutating func l() throws(E) { if case .a = b {} }
      }
      """, ["A{a/a: Int}"]),
    ("nested types", "package struct A: Coded {\n struct B: Coded { let c: C }\n package enum C { package struct D: Coded {} }\n let b: B\n}",
      ["A.B{c/c: A.C}", "package A.C.D{}", "package A{b/b: A.B}"]),
    ("a type inside of one without reach", "struct A { package struct B: Coded {} }", ["A.B{}"]),
    ("inside of an extension", "package extension A.B { struct C: Coded { let a: D; let e: C.D } }\nextension A { struct D {} }",
      ["package A.B.C{a/a: D; e/e: A.B.C.D}"]),
    ("names of the own type come first", "enum A { struct B {}; struct C: Coded { struct B {}; let b: B; let c: [A.B] } }",
      ["A.C{b/b: A.C.B; c/c: [A.B]}"]),
    ("defaults name types too", "enum A { enum B { case c }; struct D: Coded { var b: B = B.c; var e: F = .f(B: B.c, x.B) } }",
      ["A.D{b/b: A.B = A.B.c; e/e: F = .f(B: A.B.c, x.B)}"]),
    ("keywords as names", "struct A: Coded { let `default`: Int; let `in`: `Type` }",
      ["A{`default`/default: Int; `in`/in: `Type`}"]),
    ("contextual words as names", "struct A: Coded { let prefix: Int; let package: Int; let open: Int }",
      ["A{prefix/prefix: Int; package/package: Int; open/open: Int}"]),
    ("camel case", "struct A: Coded { static let naming: Naming = .camelCase; let runID: Int }", ["A{runID/runId: Int}"]),
    ("camel case with exceptions",
      "struct A: Coded { package static let naming = Wire.Naming.camelCase(except: [\"runID\": \"run\",]); let runID: Int; let callID: Int }",
      ["A{runID/run: Int; callID/callId: Int}"]),
    ("names of single fields", "struct A: Coded { static let naming: Wire.Naming = .named([\"runID\": \"r\"]); let runID: Int; let callID: Int }",
      ["A{runID/r: Int; callID/call_id: Int}"]),
    ("snake case said", "struct A: Coded { static let naming: Naming = .snakeCase\n let runID: Int }", ["A{runID/run_id: Int}"]),
    ("coding by hand", "struct A {}\nextension A: Coded {}\nprotocol P: Coded {}\nstruct B: CodedRecord {}\nstruct C<T: Coded> where T: Coded {}", []),
    ("words in comments and strings", "// struct A: Coded {\nlet a = \"struct B: Coded {\"\n/* enum C: Coded { */", []),
  ]

  @Test("records are read as they are declared", arguments: records)
  func reads(row: (name: String, source: String, summaries: [String])) throws {
    #expect(try Reading.target(row.source).records.map(Self.summary) == row.summaries)
  }

  // swift-format-ignore
  static let choices: [(name: String, source: String, cases: [String])] = [
    ("plain", "enum A: String, Coded { case a, b }", ["a=a", "b=b"]),
    ("with raw values", "package enum A: String, Coded, CaseIterable {\n case a, b = \"b c\"\n /// Doc.\n case d\n}", ["a=a", "b=b c", "d=d"]),
    ("keywords", "enum A: String, Coded { case `default` }", ["`default`=default"]),
    ("with members", "enum A: String, Coded {\n case a\n var b: Int { switch self { case .a: 1 } }\n static let c = A.a\n func d() {}\n struct E {}\n}", ["a=a"]),
  ]

  @Test("choices are read as they are declared", arguments: choices)
  func readsChoices(row: (name: String, source: String, cases: [String])) throws {
    let cases = try Reading.target(row.source).choices.flatMap(\.cases)
    #expect(cases.map { "\($0.source)=\($0.text)" } == row.cases)
  }

  @Test("documentation is kept for types and fields")
  func documents() throws {
    let source = """
      /// A thing.
      @A
      package struct A: Coded {
        /// Its name,
        /// in words.
        package let a: Int
        // Nothing.
        package let b: Int
      }
      """
    let record = try #require(try Reading.target(source).records.first)
    #expect(record.documentation == "A thing.")
    #expect(record.fields.map(\.documentation) == ["Its name, in words.", ""])
  }

  @Test("a field is required unless something stands in for it")
  func requires() throws {
    let source = """
      struct A: Coded { static let omitsNil = true; let a: Int; let b: Int?; var c: Int = 1
        let d: Patch<Int> }
      """
    let record = try #require(try Reading.target(source).records.first)
    #expect(record.fields.map(\.isRequired) == [true, false, false, false])
    #expect(record.omitsNil)
  }

  @Test("imports are those of the files with coded types, each once")
  func imports() throws {
    let target = try Reading.target(
      "package import Wire\nprivate import B\n@testable import C\nstruct A: Coded {}",
      "import B\nimport struct D.E\nstruct B: Coded {}",
      "import F\nstruct G {}")
    #expect(target.imports == ["@testable import C", "import B", "import struct D.E"])
  }

  @Test("names are found across files")
  func resolves() throws {
    let target = try Reading.target(
      "extension A { struct B: Coded { let c: C } }", "enum A { }",
      "extension A { typealias C = Int }")
    #expect(target.records.first?.fields.first?.type.description == "A.C")
  }
}
