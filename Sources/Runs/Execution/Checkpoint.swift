internal import Models
internal import Store
internal import Wire

/// What a run needs to go on after its worker is gone: the steps that are done and what the tools
/// gave.
struct Checkpoint: Sendable {
  /// The steps that are complete.
  var stepsDone = 0
  var exchanges: [ToolExchange] = []
  var usage = TokenUsage()
  /// As much of the usage as is that of runs which the run has started.
  var delegated = TokenUsage()
  /// The steps that were complete when the turn began that is under way.
  var turnBegan = 0
  /// What the members of a group have said; nil in a run of one agent.
  var discussion: Discussion?
  /// The calls of the step that is under way which are still to be done, and whose they are.
  var open: [ToolCall] = []
  var agent: String?
  /// Whether calls of that step were waited for.
  var hasWaited = false
  /// What was said while the run went on, as far as its agents have heard it.
  var remarks: [RunRemark] = []
  var messagesHeard: Int64 = 0
  /// What the agent whose turn it is has read in it; nothing in a run of one agent.
  var sources: [EvidenceRef] = []
  /// A call of a changing tool that was begun: whether it took effect is not known.
  var unfinishedCall: String?

  func save(of job: RunJob, in transaction: borrowing Transaction) throws(StoreError) {
    var state: WireValue = [
      "steps_done": .integer(Int64(stepsDone)),
      "exchanges": .array(exchanges.map(\.wireValue)), "usage": usage.wireValue(),
    ]
    if let discussion {
      state["turn_began"] = .integer(Int64(turnBegan))
      state["discussion"] = discussion.wireValue()
    }
    if delegated != TokenUsage() { state["delegated"] = delegated.wireValue() }
    state["open"] = open.isEmpty ? nil : .array(open.map(\.wireValue))
    state["agent"] = agent.map { .text($0) }
    state["has_waited"] = hasWaited ? true : nil
    state["sources"] = sources.isEmpty ? nil : .array(sources.map { $0.wireValue() })
    if messagesHeard > 0 {
      state["remarks"] = .array(remarks.map { $0.wireValue() })
      state["messages_heard"] = .integer(messagesHeard)
    }
    try transaction.execute(
      """
      INSERT INTO checkpoints (run_id, agent_id, step_id, state, unfinished_call)
      VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (run_id) DO UPDATE SET step_id = excluded.step_id, state = excluded.state,
        unfinished_call = excluded.unfinished_call
      """, .text(job.id.text), .text(job.agent), .text("step_\(stepsDone)"),
      .text(String(decoding: state.json(), as: UTF8.self)), .optional(unfinishedCall))
  }

  /// The run's checkpoint; nil when there is none or it does not read.
  static func find(
    of id: RunID, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Checkpoint? {
    let row = try reader.first(
      CheckpointRow.self, "SELECT state, unfinished_call FROM checkpoints WHERE run_id = ?1",
      .text(id.text))
    guard let row else { return nil }
    do throws(DecodeError) {
      return try Checkpoint(state: try WireValue(json: row.state), row.unfinishedCall)
    } catch {
      return nil
    }
  }

  init() {}

  private static func rows(_ value: WireValue?) -> [WireValue] {
    guard case .array(let rows)? = value else { return [] }
    return rows
  }

  private init(state: WireValue, _ unfinishedCall: String?) throws(DecodeError) {
    let damage = DecodeError(.wrongType, at: nil, "not a checkpoint")
    guard case .integer(let steps)? = state["steps_done"],
      case .array(let rows)? = state["exchanges"], let usage = state["usage"]
    else { throw damage }
    stepsDone = Int(clamping: steps)
    self.usage = try TokenUsage(json: usage.json())
    if let delegated = state["delegated"] {
      self.delegated = try TokenUsage(json: delegated.json())
    }
    self.unfinishedCall = unfinishedCall
    if case .integer(let began)? = state["turn_began"] { turnBegan = Int(clamping: began) }
    discussion = try state["discussion"].map { value throws(DecodeError) in
      try Discussion(json: value.json())
    }
    for row in rows {
      guard let exchange = ToolExchange(row) else { throw damage }
      exchanges.append(exchange)
    }
    for row in Self.rows(state["open"]) {
      guard let call = ToolCall(row) else { throw damage }
      open.append(call)
    }
    if case .text(let agent)? = state["agent"] { self.agent = agent }
    hasWaited = state["has_waited"] == true
    for row in Self.rows(state["sources"]) {
      sources.append(try EvidenceRef(json: row.json()))
    }
    for row in Self.rows(state["remarks"]) {
      remarks.append(try RunRemark(json: row.json()))
    }
    if case .integer(let heard)? = state["messages_heard"] { messagesHeard = heard }
  }
}

private struct CheckpointRow: Record {
  let state: [UInt8]
  let unfinishedCall: String?

  init(row: borrowing Row) throws(StoreError) {
    state = try row.textBytes(0)
    unfinishedCall = try row.optionalText(1)
  }
}
