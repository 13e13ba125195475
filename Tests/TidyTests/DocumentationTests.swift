import Testing

@Suite("Declarations are documented and stand where their name says")
struct DocumentationTests {
  private let files = Repository.current.swiftFiles

  @Test("every `package` declaration says what is true of it")
  func declarationsAreDocumented() {
    let sources = files.filter { $0.isUnder(["Sources/"]) }
    let requirements = Requirements(of: sources)
    report(sources.flatMap { Documentation.missingComments(in: $0, requirements) })
    report(sources.flatMap(Requirements.missingComments))
  }

  @Test("no type has its module's name")
  func modulesHaveTheirNameAlone() {
    report(files.flatMap(Documentation.namesakes))
  }

  @Test("every file is named for what it declares")
  func filesAreNamedForTheirType() {
    report(files.filter { $0.isUnder(["Sources/", "Tests/"]) }.flatMap(Documentation.misnamed))
  }

  private func missing(_ text: String) -> [Int] {
    let file = SourceFile(path: "Sources/Runs/Runner.swift", text: text)
    let requirements = Requirements(of: [Self.protocols])
    return Documentation.missingComments(in: file, requirements).map(\.line)
  }

  private static let protocols = SourceFile(
    path: "Sources/Wire/Sink.swift",
    text: """
      package protocol Root {
        static var schema: Schema { get }
      }
      /// A place for values.
      package protocol Sink: Root {
        mutating func null()
        init(from source: Source)

        mutating func bool()
      }
      """)

  @Test(
    "a bare declaration is found",
    arguments: [
      "package func step() {}", "package let a = 1",
      "  package static func == (a: A, b: A) -> Bool",
      "@frozen package enum A {}", "package nonisolated var a: Int { 1 }",
      "nonisolated package func step()", "package mutating func step()",
      "package private(set) var a = 1", "package final class A {}",
      "package subscript(a: Int) -> A",
      "// A comment that is no documentation.\npackage actor A {}", "package init?(a: Int) {}",
      "let a: Int\npackage init(a: Int) throws(E) {}", "let b: Int\npackage init(a: Int) {}",
      "struct A: Root {}\npackage func null() {}", "struct A: Sink {}\npackage func nil() {}",
      "/// Too far away.\n\npackage actor A {}",
      "/// A.\npackage let a: Int\n\npackage let b: Int", "struct A {\n  package let a: Int\n}",
      "/// A.\npackage let a: Int\npackage func step() {}",
      "/// A.\npackage var a: Int { 1 }\npackage let b: Int",
    ])
  func findsBareDeclaration(_ text: String) {
    #expect(missing(text).count == 1)
  }

  @Test(
    "a documented one is not",
    arguments: [
      "/// True.\npackage func step() {}",
      "/// A.\npackage let a: Int\npackage private(set) var b = 1\npackage static let c = [1]",
      "/// A.\npackage struct A {\n  package let a: Int\n  package let b: Int\n}",
      "/// True.\n@discardableResult\npackage func step() {}",
      "/// True.\n// swift-format-ignore\npackage static let table = [",
      "package import Wire", "let package = 1", "// package func step()",
      "package import Wire\n\nlet a = 1", "package init() {}",
      "let a: Int\nvar b = 1\npackage init(\n  a: Int, _ b: Int = 1\n) {}",
      "struct A: Sink {}\npackage mutating func null() {}",
      "struct A: Sink {}\npackage init(from source: Source) {}",
      "struct A: Sink {}\npackage static var schema: Schema { .null }",
      "struct A: Hashable {}\npackage static func == (a: A, b: A) -> Bool { true }",
    ])
  func ignoresDocumented(_ text: String) {
    #expect(missing(text) == [])
  }

  @Test("a requirement that says nothing is found")
  func findsBareRequirement() {
    #expect(
      Requirements.missingComments(in: Self.protocols).map(\.description) == [
        "Sources/Wire/Sink.swift:2: `schema` is asked for without `///`; "
          + "instead: one sentence about what every conformer owes",
        "Sources/Wire/Sink.swift:9: `bool` is asked for without `///`; "
          + "instead: one sentence about what every conformer owes",
      ])
  }

  @Test("the message says what to write")
  func speaksPlainly() {
    let file = SourceFile(path: "Sources/Runs/Runner.swift", text: "\npackage actor Runner {}\n")
    #expect(
      Documentation.missingComments(in: file, Requirements(of: [])).map(\.description) == [
        "Sources/Runs/Runner.swift:2: a `package` declaration without `///`; "
          + "instead: one sentence above it about what is true"
      ])
  }

  @Test("a type with its module's name is found")
  func findsNamesake() {
    let file = SourceFile(
      path: "Sources/Runs/Runs.swift", text: "package actor Runs {}\nstruct RunsList {}\n")
    #expect(
      Documentation.namesakes(in: file).map(\.description) == [
        "Sources/Runs/Runs.swift:1: `Runs` is the module's name; instead: name the type for who "
          + "works there (`Runs` is the place, `Runner` the actor)"
      ])
  }

  @Test("a file that declares nothing of its name is found")
  func findsMisnamedFile() {
    let file = SourceFile(path: "Sources/Runs/Runner+Lease.swift", text: "extension Worker {}\n")
    #expect(
      Documentation.misnamed(file).map(\.description) == [
        "Sources/Runs/Runner+Lease.swift: nothing here is named `Runner`; instead: name the file "
          + "for its main type, or `Type+Aspect.swift` for an extension of it"
      ])
  }

  @Test(
    "a file may be named for a type, an extension, or one function",
    arguments: [
      "struct Runner {}", "extension Runs.Runner {}", "func runner() {}", "actor Runner",
      "extension Int: Runner {}",
      "extension Array: @unchecked Sendable, Runner where Element: A {}",
    ])
  func acceptsNames(_ text: String) {
    #expect(
      Documentation.misnamed(SourceFile(path: "Sources/Runs/Runner+Lease.swift", text: text)) == [])
  }

  @Test("a fence is named for its library", arguments: ["Sources/TLS/OpenSSLHandshake.swift"])
  func acceptsFences(_ path: String) {
    #expect(Documentation.misnamed(SourceFile(path: path, text: "struct Handshake {}")) == [])
  }
}
