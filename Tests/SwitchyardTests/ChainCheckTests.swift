import Contract
import Events
import Runs
import Testing
import Wire

@testable import switchyard

/// What no change of the data can show: a stream that tells another story than the chain.
@Suite("Checking a chain") struct ChainCheckTests {
  /// A run's first link.
  private static func page() throws -> RunChainPage {
    let example = try #require(Runner.chain.description.example)
    return try RunChainPage(json: [UInt8]("\(example.answer)".utf8))
  }

  private func check(after cursor: String? = nil) -> ChainCheck {
    ChainCheck(of: "run_x", after: cursor)
  }

  @Test("an event that came as its chain has it")
  func same() throws {
    let page = try Self.page()
    var check = check()
    try check.take(page.links[0].payload.value, number: "1")
    try check.compare(page.links)
    #expect(check.summary.contains("events 1 to 1") && check.summary.contains(page.links[0].hash))
  }

  @Test("an event that came otherwise")
  func other() throws {
    let page = try Self.page()
    var event = page.links[0].payload.value
    event["payload"] = ["input": "What is 6 * 8?"]
    var check = check()
    try check.take(event, number: "1")
    let failure = #expect(throws: StartFailure.self) { try check.compare(page.links) }
    #expect(failure?.description == "run_x: event 1 came otherwise than its chain has it")
    #expect(failure?.kind == .refused)
  }

  @Test("an event that the chain does not have")
  func absent() throws {
    var check = check()
    try check.take([:], number: "1")
    let failure = #expect(throws: StartFailure.self) { try check.compare([]) }
    #expect(failure?.description == "run_x: event 1 came and is not in its chain")
  }

  @Test(
    "numbers that do not follow",
    arguments: [
      (nil, "2", "event 2 came after event 0"), ("4", "6", "event 6 came after event 4"),
      ("4@abc", "4", "event 4 came after event 4"), (nil, "x", "x is not the number of an event"),
    ] as [(String?, String, String)])
  func gap(_ cursor: String?, _ number: String, _ words: String) {
    var check = check(after: cursor)
    let failure = #expect(throws: StartFailure.self) { try check.take([:], number: number) }
    #expect(failure?.description == "run_x: \(words)")
  }

  @Test("what begins now begins anywhere")
  func latest() throws {
    var check = check(after: "latest")
    try check.take([:], number: "7")
    #expect(throws: StartFailure.self) { try check.take([:], number: "9") }
    #expect(check.summary.contains("none to verify"))
  }
}
