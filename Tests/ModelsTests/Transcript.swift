import Testing

@testable import Models

/// A whole run of a model: what it called, what it emitted, what it answered.
struct Transcript: Equatable {
  var calls: [ToolCall] = []
  var exchanges: [ToolExchange] = []
  var tokens: [String] = []
  var indices: [Int] = []
  var answer: String?
  var isCut = false
  var usage: [Usage] = []

  /// 2026-02-12T06:39:01.000Z, a Thursday.
  static let now: Int64 = 1_770_878_341_000

  static let parameters = Conversation.Parameters(temperature: nil, maxTokens: nil)

  /// The calls as people would write them.
  var written: [String] {
    calls.map { call in
      ([call.name] + call.arguments.map(\.value.plainText)).joined(separator: " ")
    }
  }
}

extension Transcript {
  /// Runs `model` on `input` until it answers, as a caller does.
  init(
    of input: String, by model: any Model = BuiltinModel(), tools: Toolbox = .demonstration(),
    toolCallsMax: Int = 8, parameters: Conversation.Parameters = Self.parameters
  ) async throws(ModelError) {
    var conversation = Conversation(
      system: nil, messages: [], input: input, exchanges: [], tools: tools.descriptions,
      toolCallsMax: toolCallsMax, now: Self.now, parameters: parameters)
    // One turn more than there may be calls: a model that does not end fails, and does not hang.
    for _ in 0...toolCallsMax {
      var tokens: [String] = []
      var indices: [Int] = []
      let completion = try await model.complete(conversation) {
        (token, index) throws(ModelError) in
        tokens.append(token)
        indices.append(index)
      }
      self.tokens += tokens
      self.indices += indices
      usage.append(completion.usage)
      switch completion.outcome {
      case .answer(let text):
        answer = text
        isCut = completion.isCut
        exchanges = conversation.exchanges
        return
      case .toolCalls(let wanted):
        calls += wanted
        for call in wanted {
          conversation.exchanges.append(await tools.exchange(call, at: conversation.now))
        }
      }
    }
  }
}

extension Toolbox {
  /// The tools a run has, with these earlier runs in its session.
  static func demonstration(earlier runs: [SessionRun] = []) -> Toolbox {
    Toolbox([CalculatorTool(), ClockTool(), EarlierRuns(runs: runs)])
  }

  func exchange(_ call: ToolCall, at now: Int64) async -> ToolExchange {
    do throws(ToolError) {
      return ToolExchange(call, .answered(try await run(call, at: now)))
    } catch {
      return ToolExchange(call, .failed(error.failure))
    }
  }
}

/// `session_runs` over a list in memory.
struct EarlierRuns: Tool {
  let runs: [SessionRun]

  var description: ToolDescription { SessionRun.tool }
  var mutates: Bool { false }

  func run(_ arguments: [ToolArgument], at _: Int64) throws(ToolError) -> ToolValue {
    guard case .integer(let limit)? = arguments[SessionRun.limit] else {
      throw .missingArgument(SessionRun.limit)
    }
    return SessionRun.result(Array(runs.prefix(Int(limit))))
  }
}

extension SessionRun {
  static let lunch = SessionRun(
    runID: "run_lunch", status: "completed", input: "Where should the team eat on Friday?",
    output: """
      The team wants to eat near the office. Noodles are near the office and cheap. \
      The weather is of no importance. Bring cash. Nobody answered the survey. It rained.
      """,
    error: nil, tools: ["calculator", "clock"])
  static let broken = SessionRun(
    runID: "run_broken", status: "failed", input: "部署到生产环境", output: nil,
    error: "RUN_TIMEOUT: The run took longer than its timeout.", tools: [])
  static let silent = SessionRun(
    runID: "run_silent", status: "cancelled", input: "Wait for me", output: nil, error: nil,
    tools: [])
}

/// A row's name in a report.
struct Named<Row: Sendable>: Sendable, CustomTestStringConvertible {
  let name: String
  let row: Row

  init(_ name: String, _ row: Row) {
    self.name = name
    self.row = row
  }

  var testDescription: String { name }
}

/// A small generator of known seed (SplitMix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
