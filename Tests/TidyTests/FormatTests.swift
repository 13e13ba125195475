import Testing

@Suite("The formatter has nothing to say")
struct FormatTests {
  static func lint(_ paths: [String]) throws -> Command {
    try Command.run(
      "swift", ["format", "lint", "--strict", "--parallel", "--recursive"] + paths,
      in: Repository.current.root)
  }

  @Test("the package is formatted")
  func packageIsFormatted() throws {
    let paths = (["Package.swift"] + Repository.swiftFolders).filter {
      Repository.current.exists($0)
    }
    let linted = try Self.lint(paths)
    #expect(
      linted.output == "",
      "instead: swift format --in-place --recursive \(paths.joined(separator: " "))")
    #expect(linted.status == 0)
  }

  @Test("a line that the formatter would change is found")
  func findsUnformattedLine() throws {
    let sample = try TemporaryFile("let row = [1,2]\n", named: "Sample.swift")
    let configuration = Repository.current.path(".swift-format")
    let linted = try Self.lint(["--configuration", configuration, sample.path])
    #expect(linted.output.contains("Sample.swift:1:14: error: [Spacing] add 1 space"))
    #expect(linted.status != 0)
  }

  @Test("a forced unwrap is found, in tests as well")
  func findsForcedUnwrap() throws {
    let sample = try TemporaryFile("let row = rows.first!\n", named: "SampleTests.swift")
    let configuration = Repository.current.path(".swift-format")
    let linted = try Self.lint(["--configuration", configuration, sample.path])
    #expect(linted.output.contains("[NeverForceUnwrap]"))
  }
}
