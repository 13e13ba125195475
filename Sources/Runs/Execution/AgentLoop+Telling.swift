internal import Contract
internal import Models
internal import Wire

/// What a step tells the readers of its run.
extension AgentLoop {
  mutating func noteCall(
    _ usage: Usage, _ model: any Model, step: Int, span: String, since began: Int64
  ) async {
    let cost = model.prices?.cost(of: usage)
    state.usage.add(
      TokenUsage(
        promptTokens: Int64(usage.promptTokens), completionTokens: Int64(usage.completionTokens),
        totalTokens: Int64(usage.totalTokens), costMicroUSD: cost?.micros ?? 0))
    await journal.note(
      RunEventType.modelCalled, step: step, span: span,
      .record(
        ("model", .text(model.name)), ("promptTokens", .integer(Int64(usage.promptTokens))),
        ("completionTokens", .integer(Int64(usage.completionTokens))),
        ("totalTokens", .integer(Int64(usage.totalTokens))),
        ("cost_micro_usd", cost.map { .integer($0.micros) }),
        ("duration_ms", .integer(milliseconds(since: began)))))
  }

  func noteLastCall(_ step: Int, _ span: String) async {
    await journal.note(
      RunEventType.warning, step: step, span: span,
      [
        "code": "TOOL_CALLS_MAX",
        "message": .text("\(setup.limits.toolCallsMax) calls of tools are made; no more are"),
      ])
  }

  func noteCut(step: Int, span: String) async {
    await journal.note(
      RunEventType.warning, step: step, span: span,
      [
        "code": "OUTPUT_CUT", "message": "the answer was cut at the most tokens that it may have",
      ])
  }

  func noteStep(
    _ number: Int, _ result: String, span: String, since began: Int64
  ) async {
    await journal.note(
      RunEventType.stepCompleted, step: number, span: span,
      [
        "stepNumber": .integer(Int64(number)), "resultType": .text(result),
        "duration_ms": .integer(milliseconds(since: began)),
      ])
  }

  func milliseconds(since began: Int64) -> Int64 {
    (setup.clock.nanoseconds - began) / 1_000_000
  }
}
