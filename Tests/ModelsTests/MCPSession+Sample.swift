import Testing
import Wire

@testable import Models

extension MCPSession {
  static let agreed: WireValue = [
    "protocolVersion": "2025-06-18", "capabilities": ["tools": [:]], "serverInfo": [:],
  ]

  /// An answer with that result.
  static func answer(_ id: Int64?, _ result: WireValue) -> [UInt8] {
    let value: WireValue = ["jsonrpc": "2.0", "id": .integer(id ?? -1), "result": result]
    return value.json()
  }

  /// A session that both sides have agreed on.
  static func ready(_ agreed: WireValue = agreed) throws -> MCPSession {
    var session = MCPSession(version: "1")
    let events = try session.receive(answer(session.begin().id, agreed))
    try #require(events.last == .ready)
    return session
  }
}

extension [MCPEvent] {
  /// The message that is to be sent first.
  var sent: MCPOutgoing {
    get throws {
      try #require(
        compactMap { event -> MCPOutgoing? in
          if case .send(let message) = event { message } else { nil }
        }.first)
    }
  }

  /// The tools of a list that is there.
  var listed: [MCPTool]? {
    compactMap { event -> [MCPTool]? in
      if case .listed(let tools) = event { tools } else { nil }
    }.first
  }
}

extension MCPOutgoing {
  /// What is sent, as a value.
  var value: WireValue {
    get throws { try WireValue(json: bytes) }
  }
}
