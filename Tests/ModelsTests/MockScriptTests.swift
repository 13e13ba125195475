import Testing

@testable import Models

@Suite struct MockScriptTests {
  static func record(_ fields: (String, ToolValue)...) -> ToolValue {
    .record(fields.map { ToolArgument($0.0, $0.1) })
  }

  static func script(_ steps: ToolValue...) -> ToolValue {
    record(("steps", .list(steps)))
  }

  static func fail(_ code: String) -> ToolValue {
    script(record(("fail", record(("code", .text(code)), ("message", .text("m"))))))
  }

  @Test("every form of a step is read")
  func reads() throws {
    let value = Self.record(
      ("pace_ms", .integer(5)), ("burst", .integer(10)),
      (
        "steps",
        .list([
          Self.record(("tokens", .list([.text("a"), .text("b")]))),
          Self.record(("generate", Self.record(("count", .integer(3)), ("bytes", .integer(8))))),
          Self.record(("text", .text("hello"))),
          Self.record(("delay_ms", .integer(200))),
          Self.record(("call", Self.record(("tool", .text("clock")), ("arguments", .record([]))))),
          Self.record(("hang", .boolean(true))),
        ])
      ))
    let script = try MockScript(metadata: [ToolArgument("mock", value), ToolArgument("x", .null)])
    let steps: [MockScript.Step] = [
      .tokens(["a", "b"]), .generate(count: 3, bytes: 8), .text("hello"), .delay(milliseconds: 200),
      .call(tool: "clock", arguments: []), .hang,
    ]
    #expect(try script == MockScript(pace: 5, burst: 10, steps: steps))
  }

  // swift-format-ignore
  static let refusals: [(MockScriptError, ToolValue?)] = [
    (.init(at: "mock", .missing), nil),
    (.init(at: "mock", .wrongKind(expected: "a record")), .text("x")),
    (.init(at: "mock.steps", .missing), record()),
    (.init(at: "mock.steps", .wrongKind(expected: "a list")), record(("steps", .null))),
    (.init(at: "mock.stepz", .unknownField), record(("steps", .list([])), ("stepz", .null))),
    (.init(at: "mock.steps", .repeatedField), record(("steps", .list([])), ("steps", .list([])))),
    (.init(at: "mock.pace_ms", .wrongKind(expected: "an integer")), record(("steps", .list([])), ("pace_ms", .number(1.5)))),
    (.init(at: "mock.pace_ms", .outOfRange(0...3_600_000)), record(("steps", .list([])), ("pace_ms", .integer(-1)))),
    (.init(at: "mock.burst", .outOfRange(1...10_000_000)), record(("steps", .list([])), ("burst", .integer(0)))),
    (.init(at: "mock.steps[0]", .wrongKind(expected: "a record")), script(.integer(1))),
    (.init(at: "mock.steps[0]", .missing), script(record())),
    (.init(at: "mock.steps[1]", .tooMany(1)), script(record(("text", .text("a"))), record(("text", .text("a")), ("hang", .boolean(true))))),
    (.init(at: "mock.steps[0].say", .unknownField), script(record(("say", .text("a"))))),
    (.init(at: "mock.steps[0].text", .wrongKind(expected: "a text")), script(record(("text", .integer(1))))),
    (.init(at: "mock.steps[0].tokens[1]", .wrongKind(expected: "a text")), script(record(("tokens", .list([.text("a"), .null]))))),
    (.init(at: "mock.steps[0].tokens[1]", .missing), script(record(("tokens", .list([.text("a"), .text("")]))))),
    (.init(at: "mock.steps[0].generate.bytes", .missing), script(record(("generate", record(("count", .integer(1))))))),
    (.init(at: "mock.steps[0].generate.size", .unknownField), script(record(("generate", record(("size", .integer(1))))))),
    (.init(at: "mock.steps[0].generate.count", .outOfRange(1...10_000_000)), script(record(("generate", record(("count", .integer(.max)), ("bytes", .integer(1))))))),
    (.init(at: "mock.steps[0].generate.bytes", .outOfRange(1...4_096)), script(record(("generate", record(("count", .integer(1)), ("bytes", .integer(4_097))))))),
    (.init(at: "mock.steps[0]", .tooMuchOutput(bytesMax: 64 << 20)), script(record(("generate", record(("count", .integer(10_000_000)), ("bytes", .integer(4_096))))))),
    (.init(at: "mock.steps[0].delay_ms", .outOfRange(0...3_600_000)), script(record(("delay_ms", .integer(3_600_001))))),
    (.init(at: "mock.steps[0].call.tool", .missing), script(record(("call", record(("arguments", .record([]))))))),
    (.init(at: "mock.steps[0].call.arguments", .wrongKind(expected: "a record")), script(record(("call", record(("tool", .text("t")), ("arguments", .list([]))))))),
    (.init(at: "mock.steps[0].fail.code", .notACode), fail("busy")),
    (.init(at: "mock.steps[0].fail.code", .notACode), fail("")),
    (.init(at: "mock.steps[0].fail.code", .notACode), fail("1A")),
    (.init(at: "mock.steps[0].fail.code", .notACode), fail(String(repeating: "A", count: 65))),
    (.init(at: "mock.steps[0].hang", .wrongKind(expected: "true")), script(record(("hang", .boolean(false))))),
    (.init(at: "mock.steps[1]", .unreachable), script(record(("hang", .boolean(true))), record(("text", .text("a"))))),
  ]

  @Test("what is no script is refused with its path", arguments: refusals)
  func refuses(_ error: MockScriptError, _ value: ToolValue?) {
    let metadata = value.map { [ToolArgument("mock", $0)] } ?? []
    #expect(throws: error) { try MockScript(metadata: metadata) }
  }

  // swift-format-ignore
  static let limits: [Named<@Sendable (Int) -> [MockScript.Step]>] = [
    Named("steps") { Array(repeating: .text("a"), count: MockScript.stepsMax + $0) },
    Named("written tokens") { [.tokens(Array(repeating: "a", count: MockScript.writtenTokensMax + $0))] },
    Named("generated tokens") { [.generate(count: MockScript.tokensMax + $0, bytes: 1)] },
    Named("bytes of a token") { [.tokens([String(repeating: "a", count: MockScript.tokenBytesMax + $0)])] },
    Named("bytes of a tool's name") { [.call(tool: String(repeating: "a", count: MockScript.tokenBytesMax + $0), arguments: [])] },
    Named("output") { [.generate(count: (64 << 20) / 4_096, bytes: 4_096), .text(String(repeating: "a", count: $0))] },
    Named("delay") { [.delay(milliseconds: MockScript.delayMax + $0)] },
    Named("code") { [.fail(code: String(repeating: "A", count: 64 + $0), message: "m")] },
  ]

  @Test("a limit is allowed, one more is not", arguments: limits)
  func bounds(_ steps: Named<@Sendable (Int) -> [MockScript.Step]>) throws {
    _ = try MockScript(pace: 0, burst: 1, steps: steps.row(0))
    #expect(throws: MockScriptError.self) { try MockScript(pace: 0, burst: 1, steps: steps.row(1)) }
  }
}
