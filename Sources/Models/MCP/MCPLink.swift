/// Takes what a server says: whether the answer that is awaited was in it.
package typealias MCPHearing =
  @Sendable (_ message: [UInt8]) async throws(MCPFailure) -> Bool

/// What carries messages to one server of tools and back.
package protocol MCPLink: Sendable {
  /// Sends a message, and hears what the server says in return until the answer has come; a link on
  /// which answers come elsewhere only sends.
  nonisolated(nonsending) func send(
    _ message: MCPOutgoing, hear: MCPHearing
  ) async throws(MCPFailure)

  /// Hears what the server says by itself, until the link is over or the task cancelled.
  nonisolated(nonsending) func listen(
    revision: String?, hear: MCPHearing
  ) async throws(MCPFailure)

  /// Ends the link and what belongs to it; a task that is cancelled cannot tell a server far away.
  nonisolated(nonsending) func close() async
}
