import Foundation

/// A server of HTTP in a process of its own, for one request.
final class HTTPServer {
  /// Where it listens on 127.0.0.1.
  let port: Int
  private let python = Process()

  /// Starts it with what it shall answer, and waits for its port.
  init(_ options: [String]) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("http_server.py")
    let said = Pipe()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = ["python3", script.path] + options
    python.standardInput = FileHandle.nullDevice
    python.standardOutput = said
    try python.run()
    var digits = ""
    while let byte = try said.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0a {
      digits.unicodeScalars.append(Unicode.Scalar(byte))
    }
    port = Int(digits) ?? 0
  }

  /// Ends it; a test holds on to its server by this call.
  func stop() {
    if python.isRunning { _ = kill(python.processIdentifier, SIGKILL) }
    python.waitUntilExit()
  }
}
