import Foundation
import Testing

@testable import WireGenerator

/// The command as the build tool runs it.
@Suite("Command")
struct CommandTests {
  /// A folder of its own for `body`, removed afterwards.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(component: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    try body(folder.path(percentEncoded: false))
  }

  private func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  private func modified(_ path: String) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
  }

  /// The status of the command, and what it said.
  private func run(_ arguments: [String]) throws -> (status: Int32, lines: [String]) {
    var lines: [String] = []
    let status = try GeneratorCommand.run(arguments) { line in lines.append(line) }
    return (status, lines)
  }

  @Test("sources become one file, which stays untouched while nothing changes")
  func writes() throws {
    try inFolder { folder in
      let (source, output) = (folder + "/a.swift", folder + "/out.swift")
      try write("struct A: Coded {}", source)
      #expect(try run([output, source]) == (0, []))
      let text = try String(contentsOfFile: output, encoding: .utf8)
      #expect(text.contains("extension A: Wire.CodedRecord {"))
      let past = Date(timeIntervalSince1970: 1_000_000)
      try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: output)
      #expect(try run([output, source]) == (0, []))
      #expect(try modified(output) == past)
      try write("struct B: Coded {}", source)
      #expect(try run([output, source]) == (0, []))
      #expect(try modified(output) != past)
      #expect(!(try String(contentsOfFile: output, encoding: .utf8)).contains("extension A"))
    }
  }

  @Test("a refused source leaves the output as it was")
  func refuses() throws {
    try inFolder { folder in
      let (source, output) = (folder + "/a.swift", folder + "/out.swift")
      try write("class A: Coded {}", source)
      let said = "\(source):1:1: error: \(Problem.notStructOrEnum("class"))"
      #expect(try run([output, source]) == (1, [said]))
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }

  @Test("files that cannot be read or written are named with the reason")
  func names() throws {
    try inFolder { folder in
      let missing = folder + "/missing.swift"
      #expect(throws: FileError(path: missing, reason: "No such file or directory")) {
        try Files.read(missing)
      }
      #expect(throws: FileError(path: folder, reason: "Is a directory")) { try Files.read(folder) }
      #expect(throws: FileError(path: folder, reason: "Is a directory")) {
        try Files.write([], to: folder)
      }
      let (status, lines) = try run([folder + "/out.swift", missing])
      #expect(status == 1)
      #expect(lines == ["\(missing):1:1: error: No such file or directory"])
    }
  }

  @Test("a call without an output is explained", arguments: [[], ["--help"]])
  func explains(arguments: [String]) throws {
    let (status, lines) = try run(arguments)
    #expect(status == 2)
    #expect(lines.count == 1)
  }
}
