package import Wire

/// A message that is to be sent.
package struct MCPOutgoing: Hashable, Sendable {
  /// The request's name, where an answer is awaited.
  package let id: Int64?
  package let bytes: [UInt8]
  /// The revision that was agreed on; nil before.
  package let revision: String?
}

/// What the protocol wants done, or tells.
package enum MCPEvent: Hashable, Sendable {
  case send(MCPOutgoing)
  /// Both sides have agreed; calls may be made.
  case ready
  /// The list of tools as it is now.
  case listed([MCPTool])
  /// The server could not give its list.
  case listRefused(MCPFailure)
  /// A call has come to its end.
  case answered(id: Int64, Result<MCPResult, MCPFailure>)
  /// The list of tools is another one now.
  case toolsChanged
}

/// One side of a conversation with a server of tools, without its transport: messages in, messages
/// and events out.
///
/// It knows no clock: who gives a request up says so.
package struct MCPSession: Sendable {
  /// The revisions that are spoken, the latest first.
  package static let revisions = ["2025-06-18", "2025-03-26", "2024-11-05"]

  private enum Phase: Hashable {
    case new
    case initializing(Int64)
    case ready
  }

  /// What an answer is awaited for.
  private enum Expectation: Hashable {
    /// The page of a list, and the tools of those before.
    case page(Int, [MCPTool])
    case call
  }

  private var phase = Phase.new
  private var lastID: Int64 = 0
  private var expected: [Int64: Expectation] = [:]
  private var isListWanted = false
  private var offersTools = false
  /// The revision that was agreed on.
  package private(set) var revision: String?
  private let client: String

  /// A side that calls itself by that version of this server.
  package init(version: String) {
    client = version
  }

  /// Begins the conversation; the first thing that is sent, and sent once.
  package mutating func begin() -> MCPOutgoing {
    let id = nextID()
    phase = .initializing(id)
    return request(
      id, "initialize",
      [
        "protocolVersion": .text(Self.revisions[0]), "capabilities": [:],
        "clientInfo": ["name": "switchyard", "version": .text(client)],
      ])
  }

  /// Asks for the list of tools.
  ///
  /// One that is asked for already is waited for, or asked for once more behind it where it may be
  /// old by then.
  package mutating func list(again: Bool) -> [MCPEvent] {
    guard phase == .ready else { return [] }
    guard offersTools else { return [.listed([])] }
    if isListing, again { isListWanted = true }
    return isListing ? [] : [.send(page(1, after: [], cursor: nil))]
  }

  /// Whether a list is asked for and not there.
  package var isListing: Bool {
    expected.values.contains {
      if case .page = $0 { true } else { false }
    }
  }

  /// Asks for a call; refused before both sides have agreed.
  package mutating func call(
    _ tool: String, _ arguments: WireValue
  ) throws(MCPFailure) -> MCPOutgoing {
    guard phase == .ready else { throw .unavailable("it is not ready") }
    guard expected.count < MCPLimits.requestsMax else { throw .tooBusy }
    let id = nextID()
    expected[id] = .call
    return request(id, "tools/call", ["name": .text(tool), "arguments": arguments])
  }

  /// Whether the answer to a request has not come.
  package func awaits(_ id: Int64) -> Bool {
    phase == .initializing(id) || expected[id] != nil
  }

  /// Gives a call up: what tells the server, unless the answer has come.
  package mutating func giveUp(_ id: Int64, because reason: String) -> MCPOutgoing? {
    guard expected.removeValue(forKey: id) != nil else { return nil }
    return outgoing(
      MCPMessage.notification(
        "notifications/cancelled", ["requestId": .integer(id), "reason": .text(reason)]))
  }

  /// What follows from a message of the server's.
  package mutating func receive(_ bytes: [UInt8]) throws(MCPFailure) -> [MCPEvent] {
    var events: [MCPEvent] = []
    for message in try MCPMessage.read(bytes, mayBeArray: revision == Self.arrayRevision) {
      switch message {
      case .request(let id, "ping"): events.append(.send(outgoing(MCPMessage.answer(id, [:]))))
      case .request(let id, _): events.append(.send(outgoing(MCPMessage.unknownMethod(id))))
      case .notification("notifications/tools/list_changed") where phase == .ready:
        events.append(.toolsChanged)
      case .notification, .stray: continue
      case .result(let id, let result): events += try answered(id, .success(result))
      case .error(let id, let code, let message):
        events += try answered(id, .failure(.refused(code: code, message: message)))
      }
    }
    return events
  }

  /// The one revision in which messages come in arrays.
  private static let arrayRevision = "2025-03-26"
}

extension MCPSession {
  private mutating func answered(
    _ id: Int64, _ answer: Result<WireValue, MCPFailure>
  ) throws(MCPFailure) -> [MCPEvent] {
    if phase == .initializing(id) { return try agree(answer) }
    switch expected.removeValue(forKey: id) {
    case .call?:
      return [.answered(id: id, Self.result(answer))]
    case .page(let number, let tools)?:
      switch answer {
      case .success(let result): return try turn(number, tools, result)
      case .failure(let failure):
        isListWanted = false
        return [.listRefused(failure)]
      }
    // What was given up, or never asked.
    case nil: return []
    }
  }

  private mutating func agree(
    _ answer: Result<WireValue, MCPFailure>
  ) throws(MCPFailure) -> [MCPEvent] {
    let result: WireValue
    switch answer {
    case .success(let value): result = value
    case .failure(let failure):
      throw .unavailable("it does not begin: \(failure.message)")
    }
    guard let revision = result["protocolVersion"]?.text else {
      throw .malformed("no protocolVersion")
    }
    guard Self.revisions.contains(revision) else {
      throw .revision(Excerpt.clipped(revision, scalarsMax: MCPName.max))
    }
    guard let capabilities = result["capabilities"], capabilities.isMap else {
      throw .malformed("no capabilities")
    }
    self.revision = revision
    offersTools = capabilities["tools"]?.isMap ?? false
    phase = .ready
    return [.send(outgoing(MCPMessage.notification("notifications/initialized"))), .ready]
  }

  /// Takes a page of the list, and asks for the one behind it.
  private mutating func turn(
    _ number: Int, _ before: [MCPTool], _ result: WireValue
  ) throws(MCPFailure) -> [MCPEvent] {
    guard let listed = result["tools"]?.elements else { throw .malformed("a list without tools") }
    var (tools, names) = (before, Set(before.map(\.name)))
    for value in listed {
      guard let tool = try MCPTool(listed: value), tools.count < MCPLimits.toolsMax,
        names.insert(tool.name).inserted
      else { continue }
      tools.append(tool)
    }
    switch result["nextCursor"] {
    case nil, .null?: break
    case .text(let cursor)? where cursor.utf8.count <= MCPLimits.cursorBytesMax:
      guard number < MCPLimits.pagesMax else {
        throw .malformed("a list of more than \(MCPLimits.pagesMax) pages")
      }
      return [.send(page(number + 1, after: tools, cursor: cursor))]
    default: throw .malformed("a cursor that is no text of a usual length")
    }
    guard isListWanted else { return [.listed(tools)] }
    isListWanted = false
    return [.listed(tools), .send(page(1, after: [], cursor: nil))]
  }

  private mutating func page(
    _ number: Int, after tools: [MCPTool], cursor: String?
  ) -> MCPOutgoing {
    let id = nextID()
    expected[id] = .page(number, tools)
    return request(id, "tools/list", cursor.map { ["cursor": .text($0)] } ?? [:])
  }

  private static func result(
    _ answer: Result<WireValue, MCPFailure>
  ) -> Result<MCPResult, MCPFailure> {
    answer.flatMap { value in
      do throws(MCPFailure) {
        return .success(try MCPResult(value))
      } catch {
        return .failure(error)
      }
    }
  }

  private mutating func nextID() -> Int64 {
    lastID += 1
    return lastID
  }

  private func request(_ id: Int64, _ method: String, _ params: WireValue) -> MCPOutgoing {
    MCPOutgoing(id: id, bytes: MCPMessage.request(id, method, params), revision: revision)
  }

  private func outgoing(_ bytes: [UInt8]) -> MCPOutgoing {
    MCPOutgoing(id: nil, bytes: bytes, revision: revision)
  }
}
