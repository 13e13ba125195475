import Models
import Testing
import Wire

@testable import Runs

/// What contributions rest on: said by agents, or read by their calls.
struct EvidenceTests {
  static let said: [Named<(WireValue, EvidenceRef?)>] = [
    Named("a kind and an id", ("memory/m1", EvidenceRef(.memory, "m1"))),
    Named("an id with slashes", ("file/a/b.txt", EvidenceRef(.file, "a/b.txt"))),
    Named("an address", ("https://a.example/b", EvidenceRef(.url, "https://a.example/b"))),
    Named(
      "an address of its kind", ("url/http://a.example", EvidenceRef(.url, "http://a.example"))),
    Named("words", ("the sky", EvidenceRef(.note, "the sky"))),
    Named("a kind that is none", ("letter/7", EvidenceRef(.note, "letter/7"))),
    Named("the kind of words", ("note/7", EvidenceRef(.note, "note/7"))),
    Named("a kind without an id", ("memory/", EvidenceRef(.note, "memory/"))),
    Named("an object", (["type": "run", "id": "run_1"], EvidenceRef(.run, "run_1"))),
    Named("an object without an id", (["type": "run"], nil)),
    Named("an object whose id is empty", (["type": "run", "id": ""], nil)),
    Named("nothing", ("", nil)), Named("a number", (7, nil)),
  ]

  @Test("what an agent says that it rests on is read as it may have been meant", arguments: said)
  func reads(_ named: Named<(WireValue, EvidenceRef?)>) {
    #expect(EvidenceRef(said: named.row.0) == named.row.1)
  }

  @Test("a long word of an agent's own is cut, and no id is")
  func long() {
    let long = String(repeating: "x", count: 5_000)
    #expect(EvidenceRef(said: .text(long))?.id.count ?? 0 < 1_000)
    #expect(EvidenceRef(said: .text("memory/" + long))?.type == "note")
    #expect(EvidenceRef(said: ["type": "memory", "id": .text(long)]) == nil)
  }

  @Test("each is there once, and there is an end")
  func adds() {
    var refs: [EvidenceRef] = []
    refs.add([EvidenceRef(.run, "a"), EvidenceRef(.run, "a"), EvidenceRef(.memory, "a")])
    #expect(refs == [EvidenceRef(.run, "a"), EvidenceRef(.memory, "a")])
    refs.add((0..<1_000).map { EvidenceRef(.run, "\($0)") })
    #expect(refs.count == EvidenceRef.most)
  }

  @Test("a summary counts the kinds, what is of none among the others")
  func summary() {
    let refs = [
      EvidenceRef(.memory, "a"), EvidenceRef(.memory, "b"), EvidenceRef(.url, "c"),
      EvidenceRef(.note, "d"), EvidenceRef(said: ["type": "letter", "id": "e"]),
    ].compactMap(\.self)
    #expect(refs.summary == "2 memories, 1 page, 2 others")
  }

  private static func exchange(_ tool: String, _ result: ToolValue) -> ToolExchange {
    ToolExchange(ToolCall(id: "c", name: tool, arguments: []), .answered(result))
  }

  private static func record(_ name: String, _ id: String, status: Int64? = nil) -> ToolValue {
    .record(
      [ToolArgument(name, .text(id))]
        + (status.map { [ToolArgument("status", .integer($0))] } ?? [])
    )
  }

  static let results: [Named<(String, ToolValue, [EvidenceRef])>] = [
    Named(
      "memories",
      (
        "memory_search", .list([record("memory_id", "a"), record("memory_id", "b")]),
        [EvidenceRef(.memory, "a"), EvidenceRef(.memory, "b")]
      )),
    Named("nothing found", ("memory_search", .list([]), [])),
    Named("a page", ("http_get", record("url", "u", status: 200), [EvidenceRef(.url, "u")])),
    Named("a page that is not there", ("http_get", record("url", "u", status: 404), [])),
    Named("runs", ("session_runs", .list([record("run_id", "r")]), [EvidenceRef(.run, "r")])),
    Named("a group's answer", ("group_run", record("run_id", "r"), [EvidenceRef(.run, "r")])),
    Named("a file", ("files_read", record("name", "f"), [EvidenceRef(.file, "f")])),
    Named("a shortened result", ("memory_search", .text("memory_id: a"), [])),
    Named("a sum", ("calculator", record("memory_id", "a"), [])),
  ]

  @Test("what calls have read is what an answer rests on", arguments: results)
  func sources(_ named: Named<(String, ToolValue, [EvidenceRef])>) {
    let (tool, result, refs) = named.row
    #expect(EvidenceSource.refs(of: Self.exchange(tool, result)) == refs)
  }

  @Test("a call that failed has read nothing")
  func failed() {
    let failure = ToolFailure(code: "x", message: "y", offset: nil)
    let exchange = ToolExchange(
      ToolCall(id: "c", name: "memory_search", arguments: []), .failed(failure))
    #expect(EvidenceSource.refs(of: exchange).isEmpty)
  }

  @Test("what was read stands behind what an agent says of it, and nothing twice")
  func message() {
    let answer = #"{"plan":"Go.","evidence_refs":["the sky","memory/a",7]}"#
    let sources = [EvidenceRef(.memory, "a"), EvidenceRef(.url, "https://b.example")]
    let message = AgentMessage(answer, as: .proposal, after: sources)
    #expect(
      message.payload["evidence_refs"] == [
        "the sky", "memory/a", 7, "url/https://b.example",
      ])
    #expect(message.told.map(\.type) == ["message.evidence", "message.proposal"])
    #expect(
      message.told[0].payload == [
        "refs": [
          ["type": "note", "id": "the sky"], ["type": "memory", "id": "a"],
          ["type": "url", "id": "https://b.example"],
        ],
        "summary": "It rests on 1 memory, 1 page, 1 other.",
      ])
    #expect(AgentMessage("Go.", as: .proposal).told.map(\.type) == ["message.proposal"])
  }
}
