/// Cuts what a process writes into messages, one a line (MCP, stdio).
package struct MCPLines: Sendable {
  private var line: [UInt8] = []
  private var waiting: [UInt8] = []
  private var position = 0

  package init() {}

  /// Adds what arrived.
  package mutating func append(_ bytes: [UInt8]) {
    waiting.removeFirst(position)
    position = 0
    waiting += bytes
  }

  /// The next whole line that is not blank; nil when more has to arrive first.
  package mutating func next() throws(MCPFailure) -> [UInt8]? {
    while position < waiting.count {
      let rest = waiting[position...]
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      guard line.count + (end - position) <= MCPLimits.messageBytesMax else {
        throw .tooLong(bytesMax: MCPLimits.messageBytesMax)
      }
      line += rest[..<end]
      position = min(end + 1, waiting.count)
      guard end < waiting.count else { return nil }
      defer { line = [] }
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if line.contains(where: { $0 > UInt8(ascii: " ") }) { return line }
    }
    return nil
  }
}
