import Testing
import Wire

@testable import Models

@Suite("A conversation with a server of tools")
struct MCPSessionTests {
  private static func tool(_ name: String, _ more: WireValue = [:]) -> WireValue {
    var value: WireValue = ["name": .text(name), "inputSchema": ["type": "object"]]
    guard case .map(let members) = more else { return value }
    for member in members {
      if case .text(let key) = member.key { value[key] = member.value }
    }
    return value
  }

  /// The tools that one page gives.
  private static func listed(_ tools: [WireValue]) throws -> [String]? {
    var session = try MCPSession.ready()
    let asked = try session.list(again: false).sent
    let events = try session.receive(MCPSession.answer(asked.id, ["tools": .array(tools)]))
    return events.listed?.map(\.name)
  }

  @Test("it begins with the latest revision, and says that it is ready before anything else")
  func begins() throws {
    var session = MCPSession(version: "7")
    let begin = session.begin()
    let sent = try begin.value
    #expect(sent["method"] == "initialize" && sent["jsonrpc"] == "2.0" && begin.revision == nil)
    #expect(sent["params"]?["protocolVersion"] == "2025-06-18")
    #expect(sent["params"]?["clientInfo"] == ["name": "switchyard", "version": "7"])
    #expect(throws: MCPFailure.unavailable("it is not ready")) { try session.call("a", [:]) }
    let early = session.list(again: true)
    #expect(early == [])
    let events = try session.receive(MCPSession.answer(1, MCPSession.agreed))
    let message = try events.sent
    #expect(try message.value["method"] == "notifications/initialized")
    #expect(message.id == nil && message.revision == "2025-06-18")
    #expect(events == [.send(message), .ready])
  }

  @Test("each revision that is spoken is agreed on", arguments: MCPSession.revisions)
  func agrees(_ revision: String) throws {
    var agreed = MCPSession.agreed
    agreed["protocolVersion"] = .text(revision)
    #expect(try MCPSession.ready(agreed).revision == revision)
  }

  struct BadBegin: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let answer: WireValue
    let failure: MCPFailure
  }

  @Test(
    "a begin that cannot be agreed on is a failure",
    arguments: [
      BadBegin(
        testDescription: "an unknown revision",
        answer: ["result": ["protocolVersion": "1999-01-01", "capabilities": [:]]],
        failure: .revision("1999-01-01")),
      BadBegin(
        testDescription: "no revision", answer: ["result": ["capabilities": [:]]],
        failure: .malformed("no protocolVersion")),
      BadBegin(
        testDescription: "no capabilities", answer: ["result": ["protocolVersion": "2025-06-18"]],
        failure: .malformed("no capabilities")),
      BadBegin(
        testDescription: "a refusal", answer: ["error": ["code": -32602, "message": "no"]],
        failure: .unavailable("it does not begin: the server refuses: no (-32602)")),
    ])
  func refusesToBegin(_ row: BadBegin) throws {
    var session = MCPSession(version: "1")
    _ = session.begin()
    var answer = row.answer
    answer["jsonrpc"] = "2.0"
    answer["id"] = 1
    #expect(throws: row.failure) { try session.receive(answer.json()) }
  }

  @Test(
    "what is no message is a failure, and never more",
    arguments: [
      "", " ", "hello", "{", "null", "7", "\"text\"", "[]", "{}", #"{"jsonrpc":"1.0","id":1}"#,
      #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","method":7}"#,
      #"{"jsonrpc":"2.0","id":null,"method":"a"}"#, #"{"jsonrpc":"2.0","id":[],"method":"a"}"#,
      #"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, #"{"jsonrpc":"2.0","result":{}}"#,
      #"{"jsonrpc":"2.0","id":1,"result":7}"#, #"{"jsonrpc":"2.0","id":1,"error":7}"#,
      #"{"jsonrpc":"2.0","id":1,"error":{"code":"a","message":"b"}}"#,
      #"{"jsonrpc":"2.0","id":1,"error":{"code":1}}"#,
      #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what"}}"#,
      #"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"a"}}"#,
      #"{"jsonrpc":"2.0","id":1,"id":2,"result":{}}"#,
      #"[{"jsonrpc":"2.0","method":"a"}]"#,
    ])
  func refusesNoMessages(_ text: String) throws {
    var session = try MCPSession.ready()
    #expect {
      try session.receive(Array(text.utf8))
    } throws: { error in
      if case .malformed? = error as? MCPFailure { true } else { false }
    }
  }

  @Test("a message may be so long and no longer")
  func boundsMessages() throws {
    var session = try MCPSession.ready()
    let frame = #"{"jsonrpc":"2.0","method":"notifications/x","params":{"a":""}}"#.utf8.count
    for (more, fits) in [(0, true), (1, false)] {
      let filler = String(repeating: "y", count: MCPLimits.messageBytesMax - frame + more)
      let message = #"{"jsonrpc":"2.0","method":"notifications/x","params":{"a":"\#(filler)"}}"#
      if fits {
        #expect(try session.receive(Array(message.utf8)) == [])
      } else {
        #expect(throws: MCPFailure.tooLong(bytesMax: MCPLimits.messageBytesMax)) {
          try session.receive(Array(message.utf8))
        }
      }
    }
  }

  @Test("arrays come in the one revision that has them, and not too long")
  func readsArrays() throws {
    var agreed = MCPSession.agreed
    agreed["protocolVersion"] = "2025-03-26"
    var session = try MCPSession.ready(agreed)
    let changed = #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#
    #expect(
      try session.receive(Array("[\(changed),\(changed)]".utf8)) == [.toolsChanged, .toolsChanged])
    for count in [0, MCPLimits.batchMax + 1] {
      let array = "[" + [String](repeating: changed, count: count).joined(separator: ",") + "]"
      #expect(throws: MCPFailure.self) { try session.receive(Array(array.utf8)) }
    }
  }

  @Test("questions are answered: a ping, and that there is no other method")
  func answersQuestions() throws {
    var session = try MCPSession.ready()
    let ping = try session.receive(Array(#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#.utf8))
    let pong = try ping.sent
    #expect(try pong.value == ["jsonrpc": "2.0", "id": "p", "result": [:]])
    let other = try session.receive(
      Array(#"{"jsonrpc":"2.0","id":9,"method":"roots/list"}"#.utf8))
    let refusal = try other.sent
    let value = try refusal.value
    #expect(value["id"] == 9 && value["error"]?["code"] == -32601)
  }

  @Test("a list is read page by page")
  func readsPages() throws {
    var session = try MCPSession.ready()
    let first = try session.list(again: false).sent
    let underWay = session.list(again: false)
    #expect(underWay == [])
    var events = try session.receive(
      MCPSession.answer(first.id, ["tools": [Self.tool("a")], "nextCursor": "2"]))
    let second = try events.sent
    #expect(try second.value["params"] == ["cursor": "2"])
    events = try session.receive(
      MCPSession.answer(second.id, ["tools": [Self.tool("a"), Self.tool("b")]]))
    #expect(events.listed?.map(\.name) == ["a", "b"] && events.count == 1)
  }

  @Test("a list that changes while it is read is read once more")
  func readsAgain() throws {
    var session = try MCPSession.ready()
    let first = try session.list(again: false).sent
    let underWay = session.list(again: true)
    #expect(underWay == [])
    var events = try session.receive(MCPSession.answer(first.id, ["tools": []]))
    let again = try events.sent
    #expect(events == [.listed([]), .send(again)])
    events = try session.receive(MCPSession.answer(again.id, ["tools": []]))
    #expect(events == [.listed([])])
  }

  @Test("pages without end are a failure")
  func boundsPages() throws {
    var session = try MCPSession.ready()
    var page = try session.list(again: false).sent
    for _ in 1..<MCPLimits.pagesMax {
      page = try session.receive(
        MCPSession.answer(page.id, ["tools": [], "nextCursor": "same"])
      ).sent
    }
    let last = MCPSession.answer(page.id, ["tools": [], "nextCursor": "same"])
    #expect(throws: MCPFailure.malformed("a list of more than 32 pages")) {
      try session.receive(last)
    }
  }

  @Test("a server without tools is not asked for them")
  func asksNobodyInVain() throws {
    var agreed = MCPSession.agreed
    agreed["capabilities"] = [:]
    var session = try MCPSession.ready(agreed)
    let events = session.list(again: false)
    #expect(events == [.listed([])])
  }

  @Test("tools that cannot be offered are left out")
  func leavesOutTools() throws {
    let long = String(repeating: "s", count: MCPLimits.schemaBytesMax)
    #expect(
      try Self.listed([
        Self.tool("fine"), Self.tool(""), Self.tool("with space"), Self.tool("ä"),
        Self.tool(String(repeating: "x", count: 64)), Self.tool(String(repeating: "x", count: 65)),
        ["name": "no_schema"], Self.tool("list", ["inputSchema": ["type": "array"]]),
        Self.tool("long", ["inputSchema": ["type": "object", "title": .text(long)]]),
        Self.tool("fine"), Self.tool("a.b-c_D9"),
      ]) == ["fine", String(repeating: "x", count: 64), "a.b-c_D9"])
    let many = (0...MCPLimits.toolsMax).map { Self.tool("t\($0)") }
    #expect(try Self.listed(many)?.count == MCPLimits.toolsMax)
    #expect(throws: MCPFailure.malformed("a tool without a name")) { try Self.listed([[:]]) }
    #expect(throws: MCPFailure.malformed("a list without tools")) {
      var session = try MCPSession.ready()
      let asked = try session.list(again: false).sent
      _ = try session.receive(MCPSession.answer(asked.id, ["tools": 7]))
    }
  }

  @Test("what is said of a tool is cut, and never empty")
  func describesTools() throws {
    let rows: [(WireValue, String)] = [
      (["description": "d", "title": "t"], "d"), (["description": " ", "title": "t"], "t"),
      (["annotations": ["title": "a"]], "a"), ([:], "n"), (["description": 7], "n"),
      (
        ["description": .text(String(repeating: "é", count: 3_000))],
        String(repeating: "é", count: MCPLimits.descriptionBytesMax / 2)
      ),
    ]
    for (more, summary) in rows {
      let tool = try #require(try MCPTool(listed: Self.tool("n", more)))
      #expect(tool.summary == summary && !tool.isReadOnly)
      #expect(MCPTool(stored: tool.wireValue) == tool)
    }
    let hint = Self.tool("n", ["annotations": ["readOnlyHint": true]])
    #expect(try MCPTool(listed: hint)?.isReadOnly == true)
    let text = Self.tool("n", ["annotations": ["readOnlyHint": "true"]])
    #expect(try MCPTool(listed: text)?.isReadOnly == false)
  }
}
