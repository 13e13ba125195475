import Models
import Testing

@testable import Runs

/// What becomes of a conversation that is longer than its model takes in.
@Suite("a conversation is shortened until it fits")
struct CompactionTests {
  private func conversation(_ count: Int, words: Int) -> Conversation {
    let exchanges = (0..<count).map { number in
      ToolExchange(
        ToolCall(id: "call_\(number)", name: "read", arguments: []),
        .answered(.text(String(repeating: "word\(number) ", count: words))))
    }
    return Conversation(
      system: nil, messages: [], input: "go", exchanges: exchanges, tools: [], toolCallsMax: 128,
      now: 0, parameters: Conversation.Parameters(temperature: nil, maxTokens: nil))
  }

  private func length(_ exchange: ToolExchange) -> Int {
    guard case .answered(.text(let text)) = exchange.outcome else { return 0 }
    return text.unicodeScalars.count
  }

  @Test("the newest calls stay whole as long as they can, and none is left out")
  func keepsTheNewest() throws {
    let long = conversation(6, words: 1000)
    let shorter = try #require(Compaction.shorten(long, to: long.promptTokens / 2))
    #expect(shorter.exchanges.map(\.call) == long.exchanges.map(\.call))
    #expect(shorter.exchanges.suffix(2) == long.exchanges.suffix(2))
    #expect(shorter.exchanges.prefix(4).allSatisfy { length($0) <= 801 })
    var after = long
    after.exchanges = shorter.exchanges
    #expect(shorter.saved == long.promptTokens - after.promptTokens)
    #expect(after.promptTokens <= long.promptTokens / 2)
  }

  @Test("where even the newest are too long they are shortened as well")
  func shortensTheNewest() throws {
    let long = conversation(2, words: 10_000)
    let shorter = try #require(Compaction.shorten(long, to: 100))
    #expect(shorter.exchanges.allSatisfy { length($0) <= 401 })
  }

  @Test("where there is nothing to save nothing is done")
  func leavesShortOnes() {
    #expect(Compaction.shorten(conversation(3, words: 1), to: 1) == nil)
    #expect(Compaction.shorten(conversation(0, words: 0), to: 1) == nil)
  }
}
