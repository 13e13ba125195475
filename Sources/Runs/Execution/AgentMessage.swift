internal import Wire

/// What a member of a group said, in the form of an event.
///
/// A model may answer with a JSON object of the event's members; any other text is the first of
/// them.
struct AgentMessage: Sendable {
  /// One kind of message: its event, its text, and its lists.
  struct Form: Sendable {
    let event: String
    let text: String
    let note: String?
    let lists: [String]

    static let proposal = Form(
      event: RunEventType.proposal, text: "plan", note: nil,
      lists: ["risks", "dependencies", "evidence_refs"])
    static let decision = Form(
      event: RunEventType.decision, text: "decision", note: "rationale",
      lists: ["next_actions", "evidence_refs"])
  }

  private let form: Form
  /// What is proposed or decided; empty when nothing is.
  let text: String
  private let note: String
  private let lists: [[WireValue]]

  /// What an agent answered; what it has read for that it rests on as well, `sources`.
  init(_ answer: String, as form: Form, after sources: [EvidenceRef] = []) {
    self.form = form
    let members = Self.members(of: answer, form)
    if case .text(let text)? = members?[form.text] {
      self.text = text
    } else {
      text = answer
    }
    if let name = form.note, case .text(let note)? = members?[name] {
      self.note = note
    } else {
      note = ""
    }
    lists = form.lists.map { name in
      var items: [WireValue] = []
      if case .array(let said)? = members?[name] { items = said }
      guard name == Self.evidenceList else { return items }
      let known = Set(items.compactMap { EvidenceRef(said: $0) })
      return items + sources.filter { !known.contains($0) }.map { .text($0.text) }
    }
  }

  private static let evidenceList = "evidence_refs"

  /// What it rests on.
  var refs: [EvidenceRef] {
    var refs: [EvidenceRef] = []
    for (name, items) in zip(form.lists, lists) where name == Self.evidenceList {
      refs.add(items.compactMap { EvidenceRef(said: $0) })
    }
    return refs
  }

  /// The events that tell of it, what it rests on first.
  var told: [(type: String, payload: WireValue)] {
    (evidence.map { [(RunEventType.evidence, $0)] } ?? []) + [(form.event, payload)]
  }

  /// What the event tells that stands before its own; nil where it rests on nothing.
  private var evidence: WireValue? {
    let refs = refs
    guard !refs.isEmpty else { return nil }
    return [
      "refs": .array(refs.map { $0.wireValue() }), "summary": .text("It rests on \(refs.summary)."),
    ]
  }

  /// The object that an answer is; nil where it is none, or says nothing of the form's text.
  private static func members(of answer: String, _ form: Form) -> WireValue? {
    guard let first = answer.first(where: { !$0.isWhitespace }), first == "{" else { return nil }
    do throws(DecodeError) {
      let value = try WireValue(json: Array(answer.utf8))
      guard case .text? = value[form.text] else { return nil }
      return value
    } catch {
      return nil
    }
  }

  /// What the event tells.
  var payload: WireValue {
    var payload: WireValue = [:]
    payload[form.text] = .text(text)
    if let name = form.note { payload[name] = .text(note) }
    for (name, items) in zip(form.lists, lists) { payload[name] = .array(items) }
    return payload
  }

  /// The texts of one of the lists; items that are no text are told as JSON.
  func texts(of list: String) -> [String] {
    guard let index = form.lists.firstIndex(of: list) else { return [] }
    return lists[index].map { item in
      if case .text(let text) = item { text } else { String(decoding: item.json(), as: UTF8.self) }
    }.filter { !$0.isEmpty }
  }
}
