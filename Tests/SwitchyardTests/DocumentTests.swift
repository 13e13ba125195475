import Foundation
import Testing

@testable import switchyard

@Suite("documents say what the tables say")
struct DocumentTests {
  private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The committed file of each page.
  static let notes: [(page: ManualCommand.Page, path: String)] = [
    (.methods, "proto-notes/40-methods.md"), (.settings, "proto-notes/80-settings.md"),
  ]

  @Test("every page of the manual is committed")
  func pagesAreCommitted() {
    #expect(Self.notes.map(\.page) == ManualCommand.Page.allCases)
  }

  @Test("a committed page is the one that is made now", arguments: notes)
  func pageIsFresh(_ row: (page: ManualCommand.Page, path: String)) throws {
    let committed = row.page.text == (try Self.text(row.path))
    #expect(committed, "instead: switchyard manual \(row.page.rawValue) >\(row.path)")
  }

  /// The pages that people read to set a server up.
  static let pages = [
    "README.md", "CONTRIBUTING.md", "certs/README.md", "bench/README.md", "fuzz/README.md",
    "proto-notes/10-transport.md",
  ]

  /// Flags that are no settings: where they stand, `serve` has them of the argument parser.
  private static let others: Set = ["config", "help"]

  @Test("every setting that a page names is in the table", arguments: pages)
  func namesSettings(_ page: String) throws {
    let text = try Self.text(page)
    #expect(Mentions.unknownVariables(in: text) == [])
    #expect(Mentions.unknownFlags(in: text, besides: Self.others) == [])
  }

  @Test("the README's section on settings names none that is not in the table")
  func readmeNamesSettings() throws {
    let section = try Self.text("README.md").split(separator: "\n## ")
      .first { $0.hasPrefix("Settings\n") }
    let flags = try #require(section).matches(of: /`--([a-z-]+)/).map { String($0.output.1) }
    #expect(flags.count > 3)
    #expect(Set(flags).subtracting(Settings.all.map(\.name)) == ["config"])
  }

  @Test(
    "a setting that is not in the table is found",
    arguments: [
      "Say SWITCHYARD_WORKER=1 first.", "```\n$ switchyard serve --worker 1\n```",
      "`./run --listen=localhost:0 --nothing`", "`switchyard config explain --nothing`",
      "switchyard serve --data x \\\n  --nothing y",
    ])
  func findsUnknown(_ text: String) {
    let found = Mentions.unknownVariables(in: text) + Mentions.unknownFlags(in: text, besides: [])
    #expect(found.count == 1)
  }

  @Test(
    "one that is there is not, nor is what belongs to other commands",
    arguments: [
      "SWITCHYARD_QUEUE_MAX", "`switchyard serve --queue-max 3`", "./run --listen localhost:0",
      "`curl --http2` and `./run --loops 1`", "switchyard call --accept x", "./run; ls --all",
      "`switchyard serve` takes what `cp --force` does not",
    ])
  func ignoresKnown(_ text: String) {
    #expect(Mentions.unknownVariables(in: text) == [])
    #expect(Mentions.unknownFlags(in: text, besides: []) == [])
  }
}

/// What a page says of settings.
private enum Mentions {
  /// Variables of this program that no row of the table has.
  static func unknownVariables(in text: String) -> [String] {
    let known = Set(Settings.all.map(\.variable))
    // The tests from outside are told by this one where the binary lies.
    return text.matches(of: /SWITCHYARD_[A-Z_]+/).map { String($0.output) }
      .filter { !known.contains($0) && $0 != "SWITCHYARD_BINARY" }
  }

  /// Flags of command lines that take settings, which no row of the table has.
  static func unknownFlags(in text: String, besides others: Set<String>) -> [String] {
    let known = others.union(Settings.all.map(\.name))
    let lines = text.replacing(/\\\n/, with: " ")
      .matches(of: /(?:switchyard (?:serve|config explain)|\.\/run)\b([^\n`;|&)]*)/)
    return lines.flatMap { line in
      line.output.1.matches(of: /--([a-z][a-z0-9-]*)/).map { String($0.output.1) }
    }.filter { !known.contains($0) }
  }
}
