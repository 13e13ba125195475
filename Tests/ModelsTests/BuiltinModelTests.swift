import Testing

@testable import Models

@Suite struct BuiltinModelTests {
  /// An input, the calls it leads to, and what the answer holds and does not hold.
  struct Row: Sendable, CustomTestStringConvertible {
    let input: String
    var earlier: [SessionRun] = []
    var calls: [String] = []
    var holds: [String] = []
    var lacks: [String] = []

    var testDescription: String { input }
  }

  // swift-format-ignore
  static let rows: [Row] = [
    Row(input: "12 * (3 + 4)", calls: ["calculator 12 * (3 + 4)"], holds: ["12 * (3 + 4) = 84"], lacks: ["language model"]),
    Row(input: "计算 12*(3+4)", calls: ["calculator 12*(3+4)"], holds: ["12*(3+4) = 84"]),
    Row(input: "what is 1/0?", calls: ["calculator 1/0"], holds: ["1/0", "division by zero", "1"], lacks: ["="]),
    Row(input: "计算 1/0", calls: ["calculator 1/0"], holds: ["除数为零", "位置 1"], lacks: ["division"]),
    Row(input: "what is 2(3)+1", calls: ["calculator 2(3)+1"], holds: ["unexpected “(”"]),
    Row(input: "what time is it", calls: ["clock"], holds: ["2026-02-12T06:39:01.000Z", "Thursday"]),
    Row(input: "今天是星期几？", calls: ["clock"], holds: ["2026-02-12T06:39:01.000Z", "星期四"], lacks: ["Thursday"]),
    Row(input: "summarise the last run", earlier: [.lunch, .broken], calls: ["session_runs 1"],
      holds: ["run_lunch", "completed", "“Where should the team eat on Friday?”", "“Noodles are near the office and cheap.”", "calculator, clock"],
      lacks: ["run_broken", "weather"]),
    Row(input: "请总结最近一次运行", earlier: [.broken, .lunch], calls: ["session_runs 1"],
      holds: ["run_broken", "失败", "“部署到生产环境”", "RUN_TIMEOUT"], lacks: ["run_lunch", "结果："]),
    Row(input: "last 3 runs", earlier: [.silent, .broken, .lunch], calls: ["session_runs 3"],
      holds: ["run_silent", "cancelled", "Result: none", "run_broken", "failed", "run_lunch"]),
    Row(input: "summarise the last run", calls: ["session_runs 1"], holds: ["no earlier run"], lacks: ["run_"]),
    Row(input: "总结上一次运行", calls: ["session_runs 1"], holds: ["没有"], lacks: ["run_"]),
    Row(input: "last 50 runs", earlier: [.lunch], calls: ["session_runs 10"], holds: ["50", "10", "run_lunch"]),
    Row(input: "What time is it and what is 2+2? Then summarise the last run.", earlier: [.silent],
      calls: ["clock", "calculator 2+2", "session_runs 1"], holds: ["Thursday", "2+2 = 4", "run_silent"]),
    Row(input: "2+2. Write a poem about it.", calls: ["calculator 2+2"], holds: ["2+2 = 4", "“Write a poem about it.”", "no language model"]),
    Row(input: "Tell me a story.", holds: ["builtin/extractive-1: ", "no language model is configured", "- Tell me a story."]),
    Row(input: "给我讲个故事。", holds: ["builtin/extractive-1：", "没有配置语言模型", "- 给我讲个故事。"]),
    Row(input: "?!", holds: ["builtin/extractive-1", "no words"]),
    Row(input: " ", holds: ["builtin/extractive-1", "no words", "I can calculate"]),
    Row(input: "\n\n\t", holds: ["no words"]),
    Row(input: "🙂🙂🙂", holds: ["no words"]),
    Row(input: "。", holds: ["no words"]),
    Row(input: "who are you", holds: ["builtin/extractive-1", "- who are you"], lacks: ["no words"]),
    Row(input: "what can you do", holds: ["I can calculate", "- what can you do"], lacks: ["no words"]),
    Row(input: "你是谁", holds: ["builtin/extractive-1", "- 你是谁"]),
    Row(input: "I have 3 apples and 4 oranges", holds: ["- I have 3 apples and 4 oranges"], lacks: ["="]),
    Row(input: "1.234,5 + 1", holds: ["- 1.234,5 + 1"], lacks: ["="]),
    Row(input: "10 % 0", calls: ["calculator 10 % 0"], holds: ["10 % 0", "division by zero"], lacks: ["="]),
    Row(input: "三加四等于几", calls: ["calculator 3 + 4"], holds: ["3 + 4 = 7"]),
    Row(input: "١٢ * ٣", calls: ["calculator 12 * 3"], holds: ["12 * 3 = 36"]),
    Row(input: "12*(3+4", calls: ["calculator 12*(3+4"], holds: ["not closed"], lacks: ["="]),
    Row(input: "1 +", calls: ["calculator 1 +"], holds: ["a number is missing"], lacks: ["="]),
    Row(input: "99999999999999999999999 * 99999999999999999999999", calls: ["calculator 99999999999999999999999 * 99999999999999999999999"],
      holds: ["too large"], lacks: ["="]),
    Row(input: "帮我算 12*(3+4) please, and what time is it?", calls: ["calculator 12*(3+4)", "clock"], holds: ["12*(3+4) = 84", "2026-02-12"]),
    Row(input: "{0} {1} {9}", holds: ["- {0} {1} {9}"]),
  ]

  @Test("an input leads to these calls and this answer", arguments: rows)
  func answers(_ row: Row) async throws {
    let transcript = try await Transcript(
      of: row.input, tools: .demonstration(earlier: row.earlier))
    #expect(transcript.written == row.calls)
    let answer = try #require(transcript.answer)
    for part in row.holds { #expect(answer.contains(part), "\(answer)") }
    for part in row.lacks { #expect(!answer.contains(part), "\(answer)") }
  }

  @Test("the tokens are the answer, numbered from 0, and the usage counts them", arguments: rows)
  func streams(_ row: Row) async throws {
    let transcript = try await Transcript(
      of: row.input, tools: .demonstration(earlier: row.earlier))
    #expect(transcript.tokens.joined() == transcript.answer)
    #expect(transcript.indices == Array(0..<transcript.tokens.count))
    let last = try #require(transcript.usage.last)
    #expect(last.completionTokens == transcript.tokens.count)
    #expect(last.totalTokens == last.promptTokens + last.completionTokens)
    #expect(transcript.usage.map(\.promptTokens) == transcript.usage.map(\.promptTokens).sorted())
  }

  @Test("the same conversation gives the same run", arguments: rows)
  func repeats(_ row: Row) async throws {
    let tools = Toolbox.demonstration(earlier: row.earlier)
    let first = try await Transcript(of: row.input, tools: tools)
    #expect(try await Transcript(of: row.input, tools: tools) == first)
  }

  /// Inputs of a hundred thousand characters, and the words of the answer.
  static let longInputs: [Named<(String, String)>] = [
    Named("words", (String(repeating: "word number one. ", count: 5_882), "- word number one.")),
    Named("one word", (String(repeating: "x", count: 100_000), "xxx…")),
    Named("Han", (String(repeating: "水", count: 100_000), "水水…")),
    Named("digits", (String(repeating: "1", count: 100_000), "111…")),
    Named("signs", (String(repeating: ".", count: 100_000), "no words")),
    Named("sums", (String(repeating: "1+", count: 49_999) + "1", "longer than 1000 bytes")),
    Named(
      "parentheses",
      (
        String(repeating: "(", count: 50_000) + "1+1" + String(repeating: ")", count: 49_997),
        "longer than 1000 bytes"
      )),
    Named("lines", (String(repeating: "\n", count: 99_999) + "x", "- x")),
    Named("sentences", ((0..<10_000).map { "S\($0) x y." }.joined(separator: " "), "- S0 x y.")),
  ]

  @Test("a long input gets a short answer", arguments: longInputs)
  func answersLong(_ named: Named<(String, String)>) async throws {
    let (input, part) = named.row
    let transcript = try await Transcript(of: input)
    let answer = try #require(transcript.answer)
    #expect(answer.contains(part) && answer.unicodeScalars.count < 2_000)
    #expect(
      transcript.calls.allSatisfy {
        $0.arguments.allSatisfy { $0.value.plainText.utf8.count <= 1_001 }
      })
  }

  @Test("every quote in the summary of a run stands in that run")
  func extracts() async throws {
    let tools = Toolbox.demonstration(earlier: [.lunch, .broken, .silent])
    let answer = try #require(try await Transcript(of: "last 3 runs", tools: tools).answer)
    let source = [SessionRun.lunch, .broken, .silent]
      .flatMap { [$0.input, $0.output ?? "", $0.error ?? ""] }
    let quotes = answer.split(separator: "“").dropFirst().compactMap {
      $0.split(separator: "”").first
    }
    #expect(quotes.count >= 5)
    for quote in quotes { #expect(source.contains { $0.contains(quote) }, "\(quote)") }
  }

  @Test(
    "an extractive answer repeats only what the input says",
    arguments: [Passage.english, Passage.chinese])
  func repeatsInput(_ input: String) async throws {
    let answer = try #require(try await Transcript(of: input).answer)
    let body = answer.split(separator: "\n").dropFirst().map { $0.dropFirst(2) }
    #expect(!body.isEmpty && body.allSatisfy { input.contains($0) })
  }

  // swift-format-ignore
  static let limits: [(Int, Int)] = [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3)]

  @Test("at the limit of calls the model says what it did not do", arguments: limits)
  func stops(_ most: Int, _ made: Int) async throws {
    let transcript = try await Transcript(of: "1+1, 2+2, 3+3", toolCallsMax: most)
    #expect(transcript.calls.count == made)
    let answer = try #require(transcript.answer)
    #expect(answer.contains("- calculator 3+3") == (made < 3))
    #expect(answer.contains("1+1 = 2") == (made > 0))
  }

  @Test("a tool that the run does not offer is named, not called")
  func lacksTool() async throws {
    let transcript = try await Transcript(
      of: "2+2 and what time is it", tools: Toolbox([ClockTool()]))
    #expect(transcript.written == ["clock"])
    #expect(transcript.answer?.contains("the tool calculator") == true)
  }

  @Test("a tool's failure and a tool's strange answer are told")
  func strangeTools() async throws {
    struct Strange: Tool {
      let description: ToolDescription
      let mutates = false
      let answer: ToolValue?
      func run(_: [ToolArgument], at _: Int64) throws(ToolError) -> ToolValue {
        guard let answer else { throw .unavailable(reason: "the store is closed") }
        return answer
      }
    }
    // swift-format-ignore
    let rows: [(ToolDescription, ToolValue?, String, String)] = [
      (SessionRun.tool, nil, "last run", "the store is closed"),
      (SessionRun.tool, nil, "总结上一次运行", "暂时不可用"),
      (SessionRun.tool, .list([.text("x")]), "last run", "x"),
      (CalculatorTool().description, .null, "1+1", "null"),
      (ClockTool().description, .text("noon"), "what time is it", "noon"),
      (ClockTool().description, .list([.boolean(true), .number(0.5)]), "what time is it", "true; 0.5"),
    ]
    for (description, answer, input, part) in rows {
      let tools = Toolbox([Strange(description: description, answer: answer)])
      let text = try await Transcript(of: input, tools: tools).answer
      #expect(text?.contains(part) == true && text?.contains("=") == false)
    }
  }

  @Test("an answer ends at the most tokens", arguments: [0, 1, 5, 1_000_000])
  func cuts(_ most: Int) async throws {
    let parameters = Conversation.Parameters(temperature: 1, maxTokens: most)
    let whole = try await Transcript(of: "Tell me a story.")
    let cut = try await Transcript(of: "Tell me a story.", parameters: parameters)
    #expect(cut.tokens == Array(whole.tokens.prefix(most)))
    #expect(cut.answer == cut.tokens.joined())
    #expect(cut.isCut == (most < whole.tokens.count))
  }

  @Test(
    "what the caller's sink throws ends the answer", arguments: [ModelError.cancelled, .timedOut])
  func ends(_ error: ModelError) async {
    let conversation = Conversation(
      system: "Be brief.", messages: [.init(.user, "hi"), .init(.assistant, "hello")],
      input: "Tell me a story.", exchanges: [], tools: [], toolCallsMax: 1, now: Transcript.now,
      parameters: Transcript.parameters)
    var heard = 0
    await #expect(throws: error) {
      _ = try await BuiltinModel().complete(conversation) { (_, index) throws(ModelError) in
        guard index < 3 else { throw error }
        heard += 1
      }
    }
    #expect(heard == 3)
    #expect(conversation.promptTokens == Tokenizer.count("Be brief. hi hello Tell me a story."))
  }
}
