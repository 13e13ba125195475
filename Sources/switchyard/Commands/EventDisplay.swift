import Models
import Wire

/// How events are shown as they come.
struct EventDisplay {
  /// For whom.
  enum Form {
    /// Programs: an object a line.
    case json
    /// People who want to know everything: an event a line, the words of models as they are.
    case lines
    /// People who want an answer: what agents say, and which tools they use.
    case story
  }

  /// Letters of a tool's arguments and result that a story shows.
  private static let shownMax = 160

  private let form: Form
  private let style = TextStyle(hasColours: Terminal.hasColours)
  /// Whether the words of a model were the last that was shown: they end no line.
  private var isInLine = false
  /// Whose words were shown last, in a run of a group.
  private var speaker: String?

  init(_ form: Form) { self.form = form }

  mutating func show(_ event: WireValue, _ id: String, _ type: String) {
    if form == .json { return FileText.print(String(decoding: event.json(), as: UTF8.self)) }
    if type == "llm.token", case .text(let token)? = event["payload"]?["token"] {
      if form == .story { announce(event) }
      isInLine = true
      let shown = TextWidth.visible(token, keepingLines: true)
      return FileText.write(Array(shown.utf8), to: FileText.output)
    }
    let payload = event["payload"] ?? .null
    guard form == .story else {
      endLine()
      let text = payload == .null ? "" : Self.text(payload)
      return FileText.print(
        "\(style.dim(id.padded(to: 6)))\(style.bold(type.padded(to: 16))) "
          + TextWidth.visible(text, keepingLines: false))
    }
    if Self.endings.contains(type) { return end(payload) }
    guard let line = Self.line(type, payload, of: event["run_id"]) else { return }
    announce(event)
    tell(line)
  }

  /// The types of which one is a run's last event.
  static let endings: Set<String> = ["run.completed", "run.failed", "run.cancelled"]

  /// The run is over; what it cost is told, where it cost something.
  private mutating func end(_ payload: WireValue) {
    endLine()
    guard case .integer(let micros)? = payload["usage"]?["cost_micro_usd"], micros > 0 else {
      return
    }
    tell("= $\(Dollars(clamping: micros).text)")
  }

  /// In a run of a group, says who speaks when that changes.
  private mutating func announce(_ event: WireValue) {
    guard event["group_id"] != nil, case .text(let agent)? = event["agent_id"], agent != speaker
    else { return }
    speaker = agent
    endLine()
    tell("— \(agent)")
  }

  /// A line beside the answer: on a terminal in its place, else where it spoils no output.
  private mutating func tell(_ line: String) {
    let shown = TextWidth.visible(line, keepingLines: false)
    guard Terminal.isOutput else { return FileText.complain(shown) }
    endLine()
    FileText.print(style.dim(shown))
  }

  /// Ends the line that a model's words have begun.
  private mutating func endLine() {
    if isInLine { FileText.print("") }
    isInLine = false
  }

  /// What a story tells of an event; nil where it tells nothing.
  private static func line(
    _ type: String, _ payload: WireValue, of run: WireValue?
  ) -> String? {
    func part(_ name: String) -> String { payload[name].map(clipped) ?? "" }
    switch type {
    case "tool.called": return "→ \(part("toolName")) \(part("args"))"
    case "tool.result":
      return payload["isError"] == true ? "✘ \(part("error"))" : "← \(part("result"))"
    case "tool.blocked": return "✘ \(part("toolName")): \(part("reason"))"
    case "tool.requires_approval":
      let command = "switchyard runs approve \(run.map(text) ?? "") \(part("tool_call_id"))"
      return "? \(part("toolName")) \(part("args")): \(part("reason")) (\(command))"
    case "tool.approved": return "✔ \(part("toolName")) \(part("reason"))"
    case "tool.rejected": return "✘ \(part("toolName")) \(part("reason"))"
    case "user.injected": return "» \(part("message"))"
    case "step.retried": return "… \(part("reason")) Again in \(part("delayMs")) ms."
    case "run.warning": return "! \(part("message"))"
    case "run.resumed": return "… taken up again"
    case "message.status": return "✘ \(part("blockers"))"
    default: return nil
    }
  }

  private static func clipped(_ value: WireValue) -> String {
    let text = text(value)
    return text.count > shownMax ? text.prefix(shownMax) + "…" : text
  }

  private static func text(_ value: WireValue) -> String {
    if case .text(let text) = value { return text }
    return String(decoding: value.json(), as: UTF8.self)
  }
}
