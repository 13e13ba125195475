internal import Wire

/// Turns the events of a run into those of a chat: a run starts once and ends once, and what a
/// message says stands between its start and its end.
struct ChatTranscript {
  private let run: String
  private var hasStarted = false
  private var hasEnded = false
  /// The message that is being said; nil between messages.
  private var message: String?

  /// The transcript of a run from its beginning.
  init(of run: String) { self.run = run }

  /// Whether the run's last event was taken.
  var isOver: Bool { hasEnded }

  /// What an event of the run is in the chat, in order; none for what a chat does not show.
  mutating func take(_ event: WireValue) -> [ChatEvent] {
    guard case .text(let type)? = event["type"], !hasEnded else { return [] }
    let payload = event["payload"] ?? [:]
    var events: [ChatEvent] = []
    if !hasStarted {
      hasStarted = true
      events.append(ChatEvent(.runStarted, run: run))
    }
    if type == "llm.token" {
      events += say(payload.text("token") ?? "", in: event.text("step_id") ?? "")
      return events
    }
    events += endMessage()
    switch type {
    case "step.started": events.append(ChatEvent(.stepStarted))
    case "step.completed": events.append(ChatEvent(.stepFinished))
    case "tool.called":
      events.append(ChatEvent(.toolStart, tool: payload.text("toolName")))
    case "tool.result":
      let result = payload["error"] ?? payload["result"]
      events.append(
        ChatEvent(.toolResult, tool: payload.text("toolName"), result: result.map(Self.words)))
    case "run.completed":
      hasEnded = true
      events.append(ChatEvent(.runFinished, run: run, output: payload.text("output") ?? ""))
    case "run.failed":
      hasEnded = true
      let error = payload["error"]?.text("message")
      events.append(ChatEvent(.runError, run: run, error: error ?? "the run failed"))
    case "run.cancelled":
      hasEnded = true
      events.append(
        ChatEvent(.runError, run: run, error: payload.text("reason") ?? "the run was cancelled"))
    default: break
    }
    return events
  }

  /// What ends a turn that did not come to an end of its own.
  mutating func giveUp(_ reason: String) -> [ChatEvent] {
    guard !hasEnded else { return [] }
    let start = hasStarted ? [] : [ChatEvent(.runStarted, run: run)]
    let end = endMessage()
    hasStarted = true
    hasEnded = true
    return start + end + [ChatEvent(.runError, run: run, error: reason)]
  }

  private mutating func say(_ words: String, in step: String) -> [ChatEvent] {
    let name = message ?? "msg_\(run.dropFirst(4))_\(step)"
    let start = message == nil ? [ChatEvent(.textStart, message: name)] : []
    message = name
    return start + [ChatEvent(.textContent, message: name, delta: words)]
  }

  private mutating func endMessage() -> [ChatEvent] {
    guard let name = message else { return [] }
    message = nil
    return [ChatEvent(.textEnd, message: name)]
  }

  /// A result as text: texts as they are, everything else as JSON.
  private static func words(_ value: WireValue) -> String {
    if case .text(let text) = value { return text }
    return String(decoding: value.json(), as: UTF8.self)
  }
}

extension WireValue {
  fileprivate func text(_ name: String) -> String? {
    if case .text(let text)? = self[name] { text } else { nil }
  }
}
