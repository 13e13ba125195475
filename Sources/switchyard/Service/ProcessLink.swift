import Models
import Processes

/// A server of tools that is a program of this machine: one message a line, by its standard input
/// and output.
struct ProcessLink: MCPLink {
  private let process: ChildProcess

  /// Starts the program; `complained` hears what it writes to its standard error.
  init(
    _ command: ChildProcess.Command, complained: @escaping @Sendable (String) -> Void
  ) throws(MCPFailure) {
    do throws(ProcessRefusal) {
      process = try ChildProcess.start(command, complained: complained)
    } catch {
      throw .unavailable("\(error)")
    }
  }

  nonisolated(nonsending) func send(
    _ message: MCPOutgoing, hear _: MCPHearing
  ) async throws(MCPFailure) {
    // JSON as it is written here has no line end.
    guard process.write(message.bytes + [UInt8(ascii: "\n")]) else {
      throw .unavailable("the program reads nothing more")
    }
  }

  nonisolated(nonsending) func listen(
    revision _: String?, hear: MCPHearing
  ) async throws(MCPFailure) {
    var lines = MCPLines()
    while let piece = await process.next() {
      lines.append(piece)
      while let line = try lines.next() { _ = try await hear(line) }
    }
    guard !Task.isCancelled else { throw .cancelled }
    throw .unavailable("the program \(await process.stop())")
  }

  nonisolated(nonsending) func close() async { await process.stop() }
}
