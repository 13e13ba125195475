import Testing
import Wire

@testable import Models

@Suite("Calls of a server's tools")
struct MCPCallTests {
  @Test("answers find their calls, in any order")
  func answersCalls() throws {
    var session = try MCPSession.ready()
    let first = try session.call("a", ["x": 1])
    let one = try #require(first.id)
    let other = try session.call("b", [:])
    let sent = try other.value
    #expect(sent["method"] == "tools/call" && sent["params"] == ["name": "b", "arguments": [:]])
    let id = try #require(other.id)
    #expect(session.awaits(one) && session.awaits(id))
    let text: WireValue = ["content": [["type": "text", "text": "done"]]]
    let events = try session.receive(MCPSession.answer(id, text))
    guard case .answered(id, .success(let result))? = events.first else {
      return #expect(Bool(false))
    }
    #expect(result.value == .text("done") && !result.isError)
    #expect(session.awaits(one) && !session.awaits(id))
    let late = try session.receive(MCPSession.answer(id, text))
    #expect(late == [])
    let refusal: WireValue = [
      "jsonrpc": "2.0", "id": .integer(one), "error": ["code": -32602, "message": "no"],
    ]
    let refused = try session.receive(refusal.json())
    #expect(refused == [.answered(id: one, .failure(.refused(code: -32602, message: "no")))])
  }

  @Test("a call that is given up is told once, and its answer is nothing")
  func givesUp() throws {
    var session = try MCPSession.ready()
    let message = try session.call("a", [:])
    let id = try #require(message.id)
    let given = session.giveUp(id, because: "why")
    #expect(
      try given?.value == [
        "jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": ["requestId": .integer(id), "reason": "why"],
      ])
    let again = session.giveUp(id, because: "why")
    #expect(again == nil)
    let events = try session.receive(MCPSession.answer(id, ["content": []]))
    #expect(events == [])
  }

  @Test("so many calls wait and no more")
  func boundsCalls() throws {
    var session = try MCPSession.ready()
    for _ in 0..<MCPLimits.requestsMax { _ = try session.call("a", [:]) }
    #expect(throws: MCPFailure.tooBusy) { try session.call("a", [:]) }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let result: WireValue
    let value: ToolValue
    var isError = false
  }

  private static let text: WireValue = ["type": "text", "text": "a"]

  @Test(
    "what a call gives is told as models read it",
    arguments: [
      Row(testDescription: "nothing", result: ["content": []], value: .text("")),
      Row(testDescription: "texts", result: ["content": [text, text]], value: .text("a\na")),
      Row(
        testDescription: "a record goes before its text",
        result: ["content": [text], "structuredContent": ["b": 1]],
        value: .record([ToolArgument("b", .integer(1))])),
      Row(
        testDescription: "a record alone", result: ["structuredContent": ["b": 1]],
        value: .record([ToolArgument("b", .integer(1))])),
      Row(
        testDescription: "a failure is its text",
        result: ["content": [text], "structuredContent": ["b": 1], "isError": true],
        value: .text("a"), isError: true),
      Row(
        testDescription: "a failure by a record",
        result: ["structuredContent": ["b": 1], "isError": true], value: .text(#"{"b":1}"#),
        isError: true),
      Row(
        testDescription: "strange blocks",
        result: ["content": [7, [:], ["type": "audio"], ["type": "resource"]]],
        value: .text(
          "[content of a kind that is not known here]\n"
            + "[content of a kind that is not known here]\n[data, 0 bytes of base64]\n"
            + "[a resource, no text]")),
    ])
  func readsResults(_ row: Row) throws {
    let result = try MCPResult(row.result)
    #expect(result.value == row.value && result.isError == row.isError)
  }

  @Test(
    "a result that is none is a failure of the call",
    arguments: [
      [:], ["content": 7], ["content": "a"], ["structuredContent": []],
      ["content": [], "isError": "no"],
    ] as [WireValue])
  func refusesResults(_ result: WireValue) throws {
    var session = try MCPSession.ready()
    let message = try session.call("a", [:])
    let id = try #require(message.id)
    let events = try session.receive(MCPSession.answer(id, result))
    guard case .answered(id, .failure(.malformed))? = events.first else {
      return #expect(Bool(false), "\(events)")
    }
  }

  @Test("a long result is cut where a character ends, and says so")
  func cutsResults() throws {
    let most = MCPLimits.resultBytesMax
    for (count, rest) in [(most / 2, 0), (most / 2 + 1, 2)] {
      let text = String(repeating: "é", count: count)
      let result = try MCPResult(["content": [["type": "text", "text": .text(text)]]])
      let kept = String(repeating: "é", count: most / 2)
      #expect(
        result.value == .text(rest == 0 ? kept : "\(kept)… (\(rest) bytes more are left out)"))
    }
    let record = try MCPResult(
      ["structuredContent": ["a": .text(String(repeating: "x", count: most))]])
    #expect(record.value.text?.hasSuffix("bytes more are left out)") == true)
  }

  @Test("lines are messages, in whatever pieces they come", arguments: [1, 3, 7, 100])
  func cutsLines(_ size: Int) throws {
    let text = Array("{\"a\":1}\n\r\n  \n{\"b\":2}\r\nrest".utf8)
    var lines = MCPLines()
    var found: [String] = []
    for start in stride(from: 0, to: text.count, by: size) {
      lines.append(Array(text[start..<min(start + size, text.count)]))
      while let line = try lines.next() { found.append(String(decoding: line, as: UTF8.self)) }
    }
    #expect(found == ["{\"a\":1}", "{\"b\":2}"])
  }

  @Test("a line without end is a failure before it is kept")
  func boundsLines() throws {
    var lines = MCPLines()
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: MCPLimits.messageBytesMax / 2)
    lines.append(piece)
    let half = try lines.next()
    lines.append(piece)
    let whole = try lines.next()
    #expect(half == nil && whole == nil)
    lines.append([UInt8(ascii: "x")])
    #expect(throws: MCPFailure.tooLong(bytesMax: MCPLimits.messageBytesMax)) { try lines.next() }
  }
}
