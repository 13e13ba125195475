import Synchronization
import Testing

@testable import Models

@Suite struct MockModelTests {
  /// Remembers every pause; throws once this many milliseconds have passed.
  final class Waits: Sendable {
    private let passed = Mutex<[Int]>([])
    private let deadline: Int

    init(deadline: Int = .max) {
      self.deadline = deadline
    }

    var all: [Int] { passed.withLock { $0 } }

    func pause(_ milliseconds: Int) throws(ModelError) {
      let sum = passed.withLock { passed in
        passed.append(milliseconds)
        return passed.reduce(0, +)
      }
      if sum > deadline { throw .cancelled }
    }
  }

  static func model(
    _ steps: [MockScript.Step], pace: Int = 0, burst: Int = 1, waits: Waits = Waits()
  ) throws -> MockModel {
    let script = try MockScript(pace: pace, burst: burst, steps: steps)
    return MockModel(script) { (milliseconds) throws(ModelError) in try waits.pause(milliseconds) }
  }

  static let sum = MockScript.Step.call(
    tool: "calculator", arguments: [ToolArgument("expression", .text("6*7"))])

  // swift-format-ignore
  static let runs: [Named<(steps: [MockScript.Step], tokens: [String], calls: Int, answer: String)>] = [
    Named("nothing", ([], [], 0, "")),
    Named("tokens as they are", ([.tokens(["a b", "\n", "c"])], ["a b", "\n", "c"], 0, "a b\nc")),
    Named("generated tokens", ([.generate(count: 3, bytes: 4)], [" 000", " 001", " 002"], 0, " 000 001 002")),
    Named("tokens of one byte", ([.generate(count: 2, bytes: 1)], ["0", "1"], 0, "01")),
    Named("text is cut", ([.text("hi there")], ["hi", " there"], 0, "hi there")),
    Named("a call and an answer", ([sum, .text("42")], ["42"], 1, "42")),
    Named("a call and nothing", ([sum], [], 1, "")),
    Named("words before a call are not the answer", ([.text("let me"), sum, .text("42")], ["let", " me", "42"], 1, "42")),
    Named("two calls in a batch, one after", ([sum, sum, .text("x"), sum, .text("y")], ["x", "y"], 3, "y")),
    Named("an unknown tool", ([.call(tool: "nope", arguments: []), .text("z")], ["z"], 1, "z")),
  ]

  @Test("a script is replayed", arguments: runs)
  func replays(
    _ run: Named<(steps: [MockScript.Step], tokens: [String], calls: Int, answer: String)>
  ) async throws {
    let transcript = try await Transcript(of: "go", by: Self.model(run.row.steps))
    #expect(transcript.tokens == run.row.tokens)
    #expect(transcript.calls.count == run.row.calls)
    #expect(Set(transcript.calls.map(\.id)).count == run.row.calls)
    #expect(transcript.answer == run.row.answer)
  }

  @Test("the calls of a batch that were made before are not made again")
  func resumes() async throws {
    let model = try Self.model([.text("first"), Self.sum, Self.sum, .text("second")])
    // swift-format-ignore
    let rows: [(made: Int, tokens: [String], ids: [String])] = [
      (0, ["first"], ["call_1", "call_2"]), (1, [], ["call_2"]), (2, ["second"], []), (3, ["second"], []),
    ]
    for row in rows {
      let call = ToolCall(id: "x", name: "calculator", arguments: [])
      let conversation = Conversation(
        system: nil, messages: [], input: "go",
        exchanges: Array(repeating: ToolExchange(call, .answered(.null)), count: row.made),
        tools: [], toolCallsMax: 8, now: Transcript.now, parameters: Transcript.parameters)
      var tokens: [String] = []
      let completion = try await model.complete(conversation) { (token, _) throws(ModelError) in
        tokens.append(token)
      }
      #expect(tokens == row.tokens)
      switch completion.outcome {
      case .answer(let text): #expect(text == "second" && row.ids.isEmpty)
      case .toolCalls(let calls): #expect(calls.map(\.id) == row.ids)
      }
    }
  }

  // swift-format-ignore
  static let waits: [Named<(pace: Int, burst: Int, steps: [MockScript.Step], waits: [Int])>] = [
    Named("no pace", (0, 1, [.generate(count: 5, bytes: 8)], [])),
    Named("a token each", (7, 1, [.generate(count: 4, bytes: 8)], [7, 7, 7])),
    Named("bursts", (7, 2, [.generate(count: 5, bytes: 8)], [7, 7])),
    Named("delays", (0, 1, [.delay(milliseconds: 9), .text("a"), .delay(milliseconds: 0)], [9, 0])),
  ]

  @Test("a script waits as it says", arguments: waits)
  func paces(
    _ row: Named<(pace: Int, burst: Int, steps: [MockScript.Step], waits: [Int])>
  ) async throws {
    let waits = Waits()
    let model = try Self.model(
      row.row.steps, pace: row.row.pace, burst: row.row.burst, waits: waits)
    _ = try await Transcript(of: "go", by: model)
    #expect(waits.all == row.row.waits)
  }

  // swift-format-ignore
  static let ends: [Named<(steps: [MockScript.Step], deadline: Int, error: ModelError)>] = [
    Named("fails", ([.text("a"), .fail(code: "BUSY", message: "later")], .max, .upstream(code: "BUSY", message: "later"))),
    Named("hangs until called off", ([.hang], 5_000, .cancelled)),
    Named("hangs no longer than a run may take", ([.hang], .max, .timedOut)),
    Named("is called off in a delay", ([.delay(milliseconds: 60_000), .text("a")], 59_999, .cancelled)),
  ]

  @Test("a script that ends badly ends so", arguments: ends)
  func fails(
    _ row: Named<(steps: [MockScript.Step], deadline: Int, error: ModelError)>
  ) async throws {
    let model = try Self.model(row.row.steps, waits: Waits(deadline: row.row.deadline))
    await #expect(throws: row.row.error) { try await Transcript(of: "go", by: model) }
  }
}
