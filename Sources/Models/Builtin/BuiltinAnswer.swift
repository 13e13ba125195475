/// The final text of the built-in model: what its tools gave, or an extract of the input.
struct BuiltinAnswer {
  /// The most sentences taken from an input and from a run's input and output.
  static let inputSentencesMax = 5, askedSentencesMax = 2, resultSentencesMax = 3
  /// The most Unicode scalars of one sentence; a longer one is cut and marked.
  static let sentenceMax = 300
  /// The most sentences named as not acted on.
  static let leftoversMax = 3

  private let wording: Wording
  private let conversation: Conversation
  private let plan: BuiltinPlan

  init(to conversation: Conversation, _ plan: BuiltinPlan) {
    wording = Wording.of(AnswerLanguage(of: conversation.asked))
    self.conversation = conversation
    self.plan = plan
  }

  /// The answer, without a line break at its end.
  var text: String {
    let lines = plan.steps.isEmpty ? extract : done + pending + leftovers
    return lines.joined(separator: "\n")
  }

  private var done: [String] {
    plan.steps.flatMap { step -> [String] in
      switch step.state {
      case .done(.answered(let value)): answered(step.need, value)
      case .done(.failed(let failure)): [failed(step.need, failure)]
      case .notOffered: [Wording.fill(wording.toolMissing, step.need.tool)]
      case .pending: []
      }
    }
  }

  private var pending: [String] {
    let calls = plan.steps.compactMap { step -> ToolCall? in
      if case .pending(let call) = step.state { call } else { nil }
    }
    guard !calls.isEmpty else { return [] }
    let heading = Wording.fill(wording.callsExhausted, "\(conversation.exchanges.count)")
    return [heading]
      + calls.map { call in
        (["-", call.name] + call.arguments.map(\.value.plainText)).joined(separator: " ")
      }
  }

  private var leftovers: [String] {
    guard !plan.leftovers.isEmpty else { return [] }
    let quotes = quoted(Array(plan.leftovers.prefix(Self.leftoversMax)))
    let rest = plan.leftovers.count - Self.leftoversMax
    let more = rest > 0 ? " " + Wording.fill(wording.more, "\(rest)") : ""
    return [Wording.fill(wording.notActedOn, quotes + more)]
  }

  private var extract: [String] {
    let summary = Summary(of: conversation.asked, sentencesMax: Self.inputSentencesMax)
    guard !summary.sentences.isEmpty else {
      return [Wording.fill(wording.nothingToExtract, BuiltinModel.fullName)]
    }
    return [Wording.fill(wording.extractive, BuiltinModel.fullName)]
      + summary.sentences.map { "- " + Self.clipped($0) }
  }

  private func failed(_ need: Need, _ failure: ToolFailure) -> String {
    let reason = wording.reason(of: failure)
    switch need {
    case .arithmetic(let expression):
      return Wording.fill(wording.notCalculated, Self.clipped(expression), reason)
    case .clock, .sessionRuns: return Wording.fill(wording.toolFailed, need.tool, reason)
    }
  }

  private func answered(_ need: Need, _ value: ToolValue) -> [String] {
    switch need {
    case .arithmetic(let expression):
      if let text = value.text {
        return [Wording.fill(wording.calculated, Self.clipped(expression), text)]
      }
    case .clock:
      if let time = value.text.flatMap({ CivilTime($0) }) {
        return [Wording.fill(wording.time, wording.weekdays[time.weekday], time.text)]
      }
    case .sessionRuns(let count):
      if let runs = SessionRun.runs(in: value) { return told(runs, asked: count) }
    }
    let text = Self.clipped(value.plainText)
    return [Wording.fill(wording.toolAnswered, need.tool, text)]
  }

  private func told(_ runs: [SessionRun], asked: Int64) -> [String] {
    guard !runs.isEmpty else { return [wording.noEarlierRun] }
    var lines: [String] = []
    if asked > SessionRun.limitMax {
      lines.append(Wording.fill(wording.tooManyRuns, "\(asked)", "\(SessionRun.limitMax)"))
    }
    lines.append(
      runs.count == 1 ? wording.lastRun : Wording.fill(wording.lastRuns, "\(runs.count)"))
    return lines + runs.flatMap(told)
  }

  private func told(_ run: SessionRun) -> [String] {
    let status = wording.statuses[run.status] ?? run.status
    var lines = [
      Wording.fill(wording.run, run.runID, status),
      Wording.fill(wording.asked, summary(run.input, sentencesMax: Self.askedSentencesMax)),
    ]
    if let error = run.error {
      lines.append(
        Wording.fill(wording.runError, summary(error, sentencesMax: Self.resultSentencesMax)))
    }
    if let output = run.output {
      lines.append(
        Wording.fill(wording.result, summary(output, sentencesMax: Self.resultSentencesMax)))
    } else if run.error == nil {
      lines.append(wording.noResult)
    }
    if !run.tools.isEmpty {
      let names = run.tools.joined(separator: wording.listSeparator)
      lines.append(Wording.fill(wording.toolsUsed, names))
    }
    return lines
  }

  /// The text in quotes; where it says much, its most informative sentences.
  private func summary(_ text: String, sentencesMax: Int) -> String {
    quoted(Summary(of: text, sentencesMax: sentencesMax).sentences)
  }

  private func quoted(_ sentences: [Substring]) -> String {
    sentences.map { "“\(Self.clipped($0))”" }.joined(separator: " ")
  }

  private static func clipped(_ text: some StringProtocol) -> String {
    Excerpt.clipped(text, scalarsMax: sentenceMax)
  }
}
