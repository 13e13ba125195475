import Testing

@testable import Models

@Suite struct ToolTests {
  static let description = ToolDescription(
    name: "every", summary: "Takes every kind.",
    arguments: [
      .init("text", .text(bytesMax: 3), isRequired: true, summary: "At most three bytes."),
      .init("integer", .integer(1...9), isRequired: false, summary: "One digit."),
      .init("number", .number, isRequired: false, summary: "Any number."),
      .init("boolean", .boolean, isRequired: false, summary: "True or false."),
      .init("choice", .choice(["a", "b"]), isRequired: false, summary: "One of two."),
    ])
  static let text = ToolArgument("text", .text("abc"))

  // swift-format-ignore
  static let accepted: [[ToolArgument]] = [
    [text], [ToolArgument("integer", .integer(1)), text], [text, ToolArgument("integer", .integer(9))],
    [text, ToolArgument("number", .number(0.5))], [text, ToolArgument("number", .integer(5))],
    [text, ToolArgument("boolean", .boolean(false))], [text, ToolArgument("choice", .text("b"))],
  ]

  @Test("arguments that fit are taken", arguments: accepted)
  func accepts(_ arguments: [ToolArgument]) throws {
    try Self.description.check(arguments)
  }

  // swift-format-ignore
  static let refused: [(ToolError, [ToolArgument])] = [
    (.missingArgument("text"), []), (.repeatedArgument("text"), [text, text]),
    (.unknownArgument("other"), [text, ToolArgument("other", .null)]),
    (.tooLong("text", bytesMax: 3), [ToolArgument("text", .text("一二"))]),
    (.wrongKind("text", .text(bytesMax: 3)), [ToolArgument("text", .integer(1))]),
    (.outOfRange("integer", 1...9), [text, ToolArgument("integer", .integer(0))]),
    (.outOfRange("integer", 1...9), [text, ToolArgument("integer", .integer(10))]),
    (.wrongKind("integer", .integer(1...9)), [text, ToolArgument("integer", .number(1))]),
    (.wrongKind("number", .number), [text, ToolArgument("number", .text("1"))]),
    (.wrongKind("boolean", .boolean), [text, ToolArgument("boolean", .null)]),
    (.notAChoice("choice", ["a", "b"]), [text, ToolArgument("choice", .text("A"))]),
    (.wrongKind("choice", .choice(["a", "b"])), [text, ToolArgument("choice", .integer(1))]),
  ]

  @Test("arguments that do not fit are refused", arguments: refused)
  func refuses(_ error: ToolError, _ arguments: [ToolArgument]) {
    #expect(throws: error) { try Self.description.check(arguments) }
  }

  @Test("the box runs the tool a call names, and no other")
  func runs() async throws {
    let box = Toolbox.demonstration()
    let call = ToolCall(
      id: "1", name: "calculator", arguments: [ToolArgument("expression", .text("6*7"))])
    #expect(try await box.run(call, at: 0) == .text("42"))
    #expect(
      try await box.run(ToolCall(id: "2", name: "clock", arguments: []), at: 0)
        == .text("1970-01-01T00:00:00.000Z"))
    await #expect(throws: ToolError.unknownTool("rm")) {
      try await box.run(ToolCall(id: "3", name: "rm", arguments: []), at: 0)
    }
    await #expect(throws: ToolError.unknownArgument("zone")) {
      try await box.run(
        ToolCall(id: "4", name: "clock", arguments: [ToolArgument("zone", .text("CET"))]), at: 0)
    }
    #expect(box.descriptions.map(\.name) == ["calculator", "clock", "session_runs"])
    #expect(box["clock"]?.mutates == false && box["rm"] == nil)
  }

  // swift-format-ignore
  static let times: [(Int64, String, Int)] = [
    (0, "1970-01-01T00:00:00.000Z", 3), (-1, "1969-12-31T23:59:59.999Z", 2), (Transcript.now, "2026-02-12T06:39:01.000Z", 3),
    (951_782_400_000, "2000-02-29T00:00:00.000Z", 1), (4_107_542_400_000, "2100-03-01T00:00:00.000Z", 0),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z", 4), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z", 5),
  ]

  @Test("a moment is written in UTC and read back", arguments: times)
  func writes(_ milliseconds: Int64, _ text: String, _ weekday: Int) {
    let time = CivilTime(unixMilliseconds: milliseconds)
    #expect(time.text == text)
    #expect(time.weekday == weekday)
    #expect(CivilTime(text) == time)
  }

  @Test("a moment outside four-digit years is the nearest inside", arguments: [Int64.min, .max])
  func clamps(_ milliseconds: Int64) {
    let text = CivilTime(unixMilliseconds: milliseconds).text
    #expect(text == (milliseconds < 0 ? "0000-01-01T00:00:00.000Z" : "9999-12-31T23:59:59.999Z"))
  }

  @Test(
    "what is no moment is not read",
    arguments: [
      "", "noon", "2026-02-30T00:00:00.000Z", "2026-13-01T00:00:00.000Z",
      "2026-02-12 06:39:01.000Z",
      "2026-02-12T24:00:00.000Z", "2026-02-12T06:39:01Z", "２026-2-12T06:39:01.000Z",
    ])
  func refusesTime(_ text: String) {
    #expect(CivilTime(text) == nil)
  }

  @Test("an earlier run is written and read back", arguments: [SessionRun.lunch, .broken, .silent])
  func sessionRun(_ run: SessionRun) {
    #expect(SessionRun.runs(in: SessionRun.result([run])) == [run])
  }

  @Test("a run's texts are cut at the limit, between characters", arguments: [0, 1, 2, 3])
  func cutsTexts(_ shift: Int) {
    let text = String(repeating: "a", count: shift) + String(repeating: "一", count: 2_000)
    let run = SessionRun(
      runID: "r", status: "completed", input: text, output: text, error: text,
      tools: Array(repeating: "t", count: SessionRun.toolsMax + 1))
    for part in [run.input, run.output ?? "", run.error ?? ""] {
      #expect(text.hasPrefix(part))
      #expect((SessionRun.textBytesMax - 3...SessionRun.textBytesMax).contains(part.utf8.count))
    }
    #expect(run.tools.count == SessionRun.toolsMax)
  }

  @Test("a value is written out only so deep")
  func depth() {
    var value = ToolValue.integer(1)
    for _ in 0..<ToolValue.depthMax { value = .list([value]) }
    #expect(value.plainText == "…")
    #expect(
      ToolValue.record([ToolArgument("a", .list([.null, .boolean(true)]))]).plainText
        == "a: null; true")
  }
}
