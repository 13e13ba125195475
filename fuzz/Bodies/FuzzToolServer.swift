import Models
import Wire

/// What a server of tools writes: the same in any pieces, never more than its limits, and whatever
/// it is, the session says so and goes no further.
@Sendable
func fuzzToolServer(_ bytes: [UInt8]) throws(BrokenProperty) {
  guard let control = bytes.first else { return }
  let rest = [UInt8](bytes.dropFirst())
  let whole = read(rest, piece: max(rest.count, 1))
  try hold(
    read(rest, piece: 1 + Int(control)) == whole, "events do not depend on the pieces they come in")
  for event in whole.events {
    switch event {
    case .send(let message):
      try hold(!message.bytes.contains(UInt8(ascii: "\n")), "a message is one line")
    case .listed(let tools):
      try hold(tools.count <= MCPLimits.toolsMax, "no list is above the limit")
      try hold(Set(tools.map(\.name)).count == tools.count, "no two tools have one name")
      for tool in tools {
        try hold(MCPName.isTool(tool.name) && !tool.summary.isEmpty, "a tool can be offered")
        try hold(MCPTool(stored: tool.wireValue) == tool, "a tool is kept as it is")
      }
    case .answered, .ready, .listRefused, .toolsChanged: break
    }
  }
}

/// What came of reading.
private struct Reading: Equatable {
  var events: [MCPEvent] = []
  var failure: MCPFailure?
}

/// Reads as a side does that begins, asks for the list, and calls a tool; ids are 1, 2 and so on.
private func read(_ bytes: [UInt8], piece: Int) -> Reading {
  var (lines, session, reading) = (MCPLines(), MCPSession(version: "1"), Reading())
  var start = 0
  _ = session.begin()
  do throws(MCPFailure) {
    while start < bytes.count {
      let end = min(start + piece, bytes.count)
      lines.append([UInt8](bytes[start..<end]))
      start = end
      while let line = try lines.next() {
        let events = try session.receive(line)
        reading.events += events
        guard events.contains(.ready) else { continue }
        reading.events += session.list(again: false)
        _ = try session.call("a", [:])
      }
    }
  } catch {
    reading.failure = error
  }
  return reading
}
