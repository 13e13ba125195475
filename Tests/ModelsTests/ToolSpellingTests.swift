import Testing
import Wire

@testable import Models

@Suite("Names of tools as providers take them")
struct ToolSpellingTests {
  /// How tools of these names are spelt.
  private static func spelt(_ names: [String]) -> [String] {
    var conversation = Conversation.question
    conversation.tools = names.map { ToolDescription(name: $0, summary: "s", schema: [:]) }
    return ToolSpelling(of: conversation).spelling(conversation).tools.map(\.name)
  }

  private static let long = String(repeating: "x", count: 62)

  @Test(
    "no two are alike, and those without dots stay",
    arguments: [
      (["a", "b-c"], ["a", "b-c"]), (["a.b"], ["a_b"]), (["a.b", "a_b"], ["a_b_2", "a_b"]),
      (["a.b", "a_b", "a_b_2"], ["a_b_3", "a_b", "a_b_2"]),
      (["a.b.c", "a.b_c"], ["a_b_c", "a_b_c_2"]),
      (["..", "__"], ["___2", "__"]),
      ([long + ".y", long + "_y"], [String(long) + "_2", long + "_y"]),
    ])
  func spells(_ names: [String], _ spelt: [String]) {
    #expect(Self.spelt(names) == spelt)
  }

  @Test("calls come back by the tools' own names, and go out by the others")
  func readsBack() {
    var conversation = Conversation.question
    let call = ToolCall(id: "1", name: "a.b", arguments: [])
    conversation.tools = [ToolDescription(name: "a.b", summary: "s", arguments: [])]
    conversation.exchanges = [ToolExchange(call, .answered(.null))]
    let spelling = ToolSpelling(of: conversation)
    let sent = spelling.spelling(conversation)
    #expect(sent.exchanges.first?.call.name == "a_b")
    let calls = [
      ToolCall(id: "2", name: "a_b", arguments: []), ToolCall(id: "3", name: "c", arguments: []),
    ]
    let usage = Usage(promptTokens: 1, completionTokens: 1)
    let read = spelling.reading(Completion(.toolCalls(calls), isCut: false, usage: usage))
    guard case .toolCalls(let own) = read.outcome else { return #expect(Bool(false)) }
    #expect(own.map(\.name) == ["a.b", "c"])
  }
}
