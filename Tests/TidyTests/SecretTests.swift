import Foundation
import Testing

@Suite("Git keeps no secret and nothing built")
struct SecretTests {
  @Test(
    "every tracked file is text without a key",
    .enabled(if: Repository.current.isGitWorkingCopy, "not a git working copy"))
  func trackedFilesAreClean() throws {
    let repository = Repository.current
    for path in try repository.trackedPaths() {
      guard let bytes = repository.bytes(path) else { continue }
      report(Tracked.findings(path: path, bytes: bytes))
    }
  }

  @Test(
    "nothing is tracked that .gitignore names",
    .enabled(if: Repository.current.isGitWorkingCopy, "not a git working copy"))
  func ignoredFilesAreNotTracked() throws {
    let listing = try Command.run(
      "git", ["ls-files", "--cached", "--ignored", "--exclude-standard"],
      in: Repository.current.root)
    #expect(listing.output == "")
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let text: String
    let found: [String]

    var testDescription: String { "\(path): \(text.debugDescription)" }
  }

  // The marks are put together here, so that this file holds no block of its own.
  // swift-format-ignore
  static let rows: [Row] = [
    Row(path: "a.pem", text: "x\n-----BEGIN " + "PRIVATE KEY-----\n", found: ["a.pem:2: \(Tracked.secret)"]),
    Row(path: "b.md", text: "-----BEGIN " + "EC PRIVATE KEY-----", found: ["b.md:1: \(Tracked.secret)"]),
    Row(path: "c.sh", text: "-----BEGIN " + "RSA PRIVATE KEY-----", found: ["c.sh:1: \(Tracked.secret)"]),
    Row(path: "d.pem", text: "-----BEGIN CERTIFICATE-----", found: []),
    Row(path: "tool", text: "\u{7F}ELF\0\0", found: ["tool: \(Tracked.binary)"]),
    Row(path: "fuzz/corpus/cbor/1", text: "\0", found: []),
    Row(path: "fuzz/crashes/cbor/1", text: "\0", found: []),
    Row(path: "fuzz/Bodies/1", text: "\0", found: ["fuzz/Bodies/1: \(Tracked.binary)"]),
    Row(path: ".build/debug.yaml", text: "", found: [".build/debug.yaml: \(Tracked.built)"]),
    Row(path: "fuzz/.build-fuzz/a", text: "", found: ["fuzz/.build-fuzz/a: \(Tracked.built)"]),
    Row(path: "Tests/Outside/__pycache__/a", text: "", found: ["Tests/Outside/__pycache__/a: \(Tracked.built)"]),
    Row(path: "a.swift", text: "let x = 1", found: []),
    Row(path: "e.sh", text: "\ncd /home/" + "ann/switchyard", found: ["e.sh:2: \(Tracked.local)"]),
    Row(path: "f.py", text: "open(folder + '/works/a')", found: []),
    Row(path: "g.md", text: "<https://example.org/work/a> and $root/work/a", found: []),
  ]

  @Test("a secret, a binary and a product are found", arguments: rows)
  func finds(_ row: Row) {
    let findings = Tracked.findings(path: row.path, bytes: Data(row.text.utf8))
    #expect(findings.map(\.description) == row.found)
  }

  @Test("the messages say what to do instead")
  func speakPlainly() {
    #expect(
      Tracked.local
        == "a path of one machine; instead: one that is relative to the repository, or an argument")
    #expect(Tracked.secret == "a private key; instead: let the test make one, and never commit any")
    #expect(
      Tracked.binary == "a binary file; instead: commit its source and the command that makes it")
    #expect(
      Tracked.built
        == "a product of a build; instead: add its folder to .gitignore and `git rm --cached` it")
  }
}
