import Testing
import Wire

@testable import Runs

/// What members of a group say, as events tell it.
struct AgentMessageTests {
  @Test(
    "a text is the decision itself",
    arguments: [
      "Go.", "", "{", "{}", #"{"decision":1}"#, #"[{"decision":"x"}]"#, #"{"decision":"x""#,
    ])
  func takesText(_ text: String) {
    let message = AgentMessage(text, as: .decision)
    #expect(message.text == text)
    #expect(
      message.payload == [
        "decision": .text(text), "rationale": "", "next_actions": [], "evidence_refs": [],
      ])
  }

  @Test("an object gives each part what it says of it, and nothing else")
  func takesObject() {
    let answer = #"""
      {"decision":"Go.","rationale":"It is late.","next_actions":["pack",{"who":"ada"}],
       "evidence_refs":"none","mood":"good"}
      """#
    let message = AgentMessage(answer, as: .decision)
    #expect(
      message.payload == [
        "decision": "Go.", "rationale": "It is late.", "next_actions": ["pack", ["who": "ada"]],
        "evidence_refs": [],
      ])
    #expect(message.texts(of: "next_actions") == ["pack", #"{"who":"ada"}"#])
    #expect(message.texts(of: "nothing") == [])
  }

  @Test("a proposal has a plan, and no rationale")
  func proposes() {
    #expect(
      AgentMessage(#" {"plan":"a","risks":["b"]}"#, as: .proposal).payload == [
        "plan": "a", "risks": ["b"], "dependencies": [], "evidence_refs": [],
      ])
  }
}
