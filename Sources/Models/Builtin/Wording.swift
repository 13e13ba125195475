/// What the built-in model says, in one language; `{0}` and `{1}` stand for what it speaks of.
struct Wording {
  /// Expression, value.
  let calculated: String
  /// Expression, why not.
  let notCalculated: String
  /// Weekday, time.
  let time: String
  let noEarlierRun: String
  let lastRun: String
  /// How many.
  let lastRuns: String
  /// How many were asked for, how many there are at most.
  let tooManyRuns: String
  /// Identifier, status.
  let run: String
  /// Each: sentences.
  let asked, result, runError: String
  let noResult: String
  /// Names.
  let toolsUsed: String
  /// Tool, why not.
  let toolFailed: String
  /// Tool, its answer.
  let toolAnswered: String
  /// Tool.
  let toolMissing: String
  /// How many calls.
  let callsExhausted: String
  /// Sentences.
  let notActedOn: String
  /// How many more.
  let more: String
  /// Model.
  let extractive: String
  /// Model.
  let nothingToExtract: String
  let listSeparator: String
  /// An error, where it is in the expression.
  let place: String
  /// Monday first.
  let weekdays: [String]
  /// By a run's status; one that is not in the table stands for itself.
  let statuses: [String: String]
  /// By a failure's code; without a row its own message is said.
  let failures: [String: String]
}

extension Wording {
  /// The wording of a language.
  static func of(_ language: AnswerLanguage) -> Wording {
    switch language {
    case .english: english
    case .chinese: chinese
    }
  }

  // swift-format-ignore
  private static let english = Wording(
    calculated: "{0} = {1}",
    notCalculated: "I could not work out {0}: {1}.",
    time: "It is {0}, {1} (UTC).",
    noEarlierRun: "There is no earlier run in this session, so there is nothing to summarise.",
    lastRun: "The last run of this session, in sentences taken from it word for word:",
    lastRuns: "The last {0} runs of this session, newest first, in sentences taken from them word for word:",
    tooManyRuns: "You asked for {0} runs; I can list at most {1}.",
    run: "- Run: {0} ({1})",
    asked: "- Asked: {0}",
    result: "- Result: {0}",
    runError: "- Error: {0}",
    noResult: "- Result: none",
    toolsUsed: "- Tools used: {0}",
    toolFailed: "The tool {0} failed: {1}.",
    toolAnswered: "The tool {0} answered in a form I do not know: {1}",
    toolMissing: "I would need the tool {0}, but this run does not offer it.",
    callsExhausted: "I stopped after {0} tool calls, the limit of this run; not done:",
    notActedOn: "Not acted on, because no language model is configured for this run: {0}",
    more: "(and {0} more)",
    extractive: "{0}: no language model is configured for this run, so I cannot answer freely; I can calculate, tell the time and summarise this session's runs. The sentences of your input that say most, word for word:",
    nothingToExtract: "{0}: no language model is configured for this run, and the input holds no words that I could repeat; I can calculate, tell the time and summarise this session's runs.",
    listSeparator: ", ",
    place: "{0}",
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    statuses: [:],
    failures: [:]
  )

  // swift-format-ignore
  private static let chinese = Wording(
    calculated: "{0} = {1}",
    notCalculated: "无法计算 {0}：{1}。",
    time: "现在是 {1}（UTC，{0}）。",
    noEarlierRun: "本会话还没有更早的运行，没有可以总结的内容。",
    lastRun: "本会话最近一次运行（均为原文摘录）：",
    lastRuns: "本会话最近 {0} 次运行，由新到旧（均为原文摘录）：",
    tooManyRuns: "您要求 {0} 次运行，最多只能列出 {1} 次。",
    run: "- 运行：{0}（{1}）",
    asked: "- 提问：{0}",
    result: "- 结果：{0}",
    runError: "- 错误：{0}",
    noResult: "- 结果：无",
    toolsUsed: "- 使用的工具：{0}",
    toolFailed: "工具 {0} 失败：{1}。",
    toolAnswered: "工具 {0} 的回答形式无法识别：{1}",
    toolMissing: "需要工具 {0}，但本次运行没有提供。",
    callsExhausted: "已达到本次运行 {0} 次工具调用的上限，以下未完成：",
    notActedOn: "本次运行没有配置语言模型，以下内容未处理：{0}",
    more: "（另有 {0} 句）",
    extractive: "{0}：本次运行没有配置语言模型，无法自由作答，只能计算、报时和总结本会话的运行。以下是输入中信息量最大的原句：",
    nothingToExtract: "{0}：本次运行没有配置语言模型，输入中也没有可以摘录的文字；可以计算、报时和总结本会话的运行。",
    listSeparator: "、",
    place: "{0}（位置 {1}）",
    weekdays: ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
    statuses: [
      "pending": "等待中", "running": "运行中", "completed": "已完成", "failed": "失败", "cancelled": "已取消",
    ],
    failures: [
      "empty_expression": "表达式为空",
      "expression_too_long": "表达式过长",
      "too_long": "表达式过长",
      "expression_too_deep": "嵌套过深",
      "unexpected_sign": "出现了意外的符号",
      "expression_incomplete": "缺少一个数",
      "unclosed_parenthesis": "括号没有闭合",
      "division_by_zero": "除数为零",
      "fractional_exponent": "指数不是整数",
      "overflow": "数值过大",
      "unknown_tool": "没有这个工具",
      "unavailable": "暂时不可用",
    ]
  )
}

extension Wording {
  /// A template with its places filled; what is filled in is not read as a template again.
  static func fill(_ template: String, _ values: String...) -> String {
    var text = ""
    var rest = Substring(template)
    while let brace = rest.firstIndex(of: "{") {
      text += rest[..<brace]
      rest = rest[brace...].dropFirst()
      guard let place = rest.first?.wholeNumberValue, values.indices.contains(place) else {
        preconditionFailure("the template \(template) has a place that nothing fills")
      }
      text += values[place]
      rest = rest.dropFirst(2)
    }
    return text + rest
  }

  /// Why a tool did not do it.
  func reason(of failure: ToolFailure) -> String {
    guard let known = failures[failure.code] else { return failure.message }
    return failure.offset.map { Self.fill(place, known, "\($0)") } ?? known
  }
}
