import Foundation

/// A program of the machine, run to its end.
struct Command {
  /// What the program wrote to standard output and standard error, in the order it came.
  let output: String
  let status: Int32

  /// Runs `name` found on the search path with no standard input.
  static func run(_ name: String, _ arguments: [String], in folder: URL) throws -> Command {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    // Read to the end before waiting: a full pipe would otherwise hold the child for ever.
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Command(
      output: String(decoding: bytes, as: UTF8.self), status: process.terminationStatus)
  }
}
