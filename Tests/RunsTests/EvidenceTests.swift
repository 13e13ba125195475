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

  private static func record(_ members: (String, ToolValue)...) -> ToolValue {
    .record(members.map { ToolArgument($0.0, $0.1) })
  }

  private static let memories = EvidenceSource(.memory, in: .result("id"))
  private static let pages = EvidenceSource(.url, in: .result("url"), status: "status")
  private static let files = EvidenceSource(.file, in: .argument("name"))

  static let results: [Named<(EvidenceSource, ToolValue, [EvidenceRef])>] = [
    Named(
      "memories",
      (
        memories, .list([record(("id", .text("a"))), record(("id", .text("b")))]),
        [EvidenceRef(.memory, "a"), EvidenceRef(.memory, "b")]
      )),
    Named("one record", (memories, record(("id", .text("a"))), [EvidenceRef(.memory, "a")])),
    Named("nothing found", (memories, .list([]), [])),
    Named("a record without the member", (memories, record(("name", .text("a"))), [])),
    Named("a shortened result", (memories, .text("id: a"), [])),
    Named(
      "a page",
      (
        pages, record(("url", .text("u")), ("status", .integer(200))), [EvidenceRef(.url, "u")]
      )),
    Named(
      "a page that is not there",
      (pages, record(("url", .text("u")), ("status", .integer(404))), [])),
    Named("an argument", (files, record(("text", .text("x"))), [EvidenceRef(.file, "f")])),
  ]

  @Test("what calls have read is what an answer rests on", arguments: results)
  func sources(_ named: Named<(EvidenceSource, ToolValue, [EvidenceRef])>) {
    let (source, result, refs) = named.row
    let call = ToolCall(id: "c", name: "t", arguments: [ToolArgument("name", .text("f"))])
    #expect(source.refs(of: ToolExchange(call, .answered(result))) == refs)
  }

  @Test("a call that failed has read nothing", arguments: [memories, files])
  func failed(_ source: EvidenceSource) {
    let failure = ToolFailure(code: "x", message: "y", offset: nil)
    let call = ToolCall(id: "c", name: "t", arguments: [ToolArgument("name", .text("f"))])
    #expect(source.refs(of: ToolExchange(call, .failed(failure))).isEmpty)
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
