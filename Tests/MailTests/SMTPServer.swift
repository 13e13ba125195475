import Foundation

/// A mail server of its own process, for one connection.
final class SMTPServer {
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("smtp_server.py").path

  /// Where it listens on 127.0.0.1.
  let port: Int
  private let process = Process()
  private let output = Pipe()

  /// Starts it with what it shall answer, and waits for its port.
  init(_ arguments: [String]) throws {
    // As in the server itself: libcurl leaves this signal to the process.
    _ = signal(SIGPIPE, SIG_IGN)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", Self.script] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      let byte = output.fileHandleForReading.readData(ofLength: 1)
      if byte.isEmpty { break }
      line += byte
    }
    port = Int(String(decoding: line.dropLast(), as: UTF8.self)) ?? 0
  }

  deinit { stop() }

  /// Ends it, if no client did.
  func stop() {
    // It has the mask of the thread that started it, on which other signals are blocked.
    if process.isRunning { _ = kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Each byte that a client sent, once it has gone; `* TLS` where encryption began.
  func transcript() -> String {
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }
}
