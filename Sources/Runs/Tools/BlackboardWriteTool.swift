internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// Writes for a model on the blackboard of its group, as far as its role may.
struct BlackboardWriteTool: Tool {
  let turn: ToolTurn
  let group: GroupID
  let role: RoleID

  /// Nil for a run that is given to no group.
  init?(turn: ToolTurn) {
    guard let group = turn.job.group, let role = turn.agent.policy.role else { return nil }
    self.turn = turn
    self.group = group
    self.role = RoleID(trusted: role)
  }

  private static let text = "text", type = "type", importance = "importance", tag = "tag"
  private static let textBytesMax = Memory.textMax, tagBytesMax = 80

  var description: ToolDescription {
    ToolDescription(
      name: "blackboard_write",
      summary:
        "Writes a memory on the group's blackboard; core memories and decisions are a lead's.",
      arguments: [
        ToolDescription.Argument(
          Self.text, .text(bytesMax: Self.textBytesMax), isRequired: true,
          summary: "What is to be remembered."),
        ToolDescription.Argument(
          Self.type, .choice(MemoryType.allCases.map(\.rawValue)), isRequired: false,
          summary: "What a project stands on, what happened (the standard), what is looked up."),
        ToolDescription.Argument(
          Self.importance, .number, isRequired: false,
          summary: "How much it matters, 0 to 1; 0.5 when it is left out."),
        ToolDescription.Argument(
          Self.tag, .text(bytesMax: Self.tagBytesMax), isRequired: false,
          summary: "A word for its kind, such as decision."),
      ])
  }

  var mutates: Bool { true }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    let draft = try draft(arguments)
    let (scope, log) = (turn.job.scope, turn.setup.log)
    do throws(Fault) {
      let id = try await turn.journal.change { (now, transaction) throws(Fault) in
        let memory = try draft.put(in: scope, at: now, transaction)
        try Fault.translating { () throws(StoreError) in
          try log.append([memory.event(in: scope)], in: transaction)
        }
        return RunJournal.Change(
          output: memory.id, type: RosterEventType.blackboardWritten.rawValue,
          payload: memory.told)
      }
      return .record([ToolArgument("memory_id", .text(id))])
    } catch {
      throw ToolError(error)
    }
  }

  private func draft(_ arguments: [ToolArgument]) throws(ToolError) -> MemoryDraft {
    // What a model says may hold what it should not have been told.
    let text = Redaction.clean(arguments.text(Self.text) ?? "")
    guard !text.isEmpty else { throw .refused(code: "empty", reason: "the text is empty") }
    let importance = arguments.number(Self.importance)
    guard importance.map({ (0...1).contains($0) }) ?? true else {
      throw .outOfRange(Self.importance, 0...1)
    }
    var notes: WireValue = ["run_id": .text(turn.job.id.text)]
    notes["tag"] = arguments.text(Self.tag).map { .text(Redaction.clean($0)) }
    return MemoryDraft(
      id: turn.setup.identifiers.uuid().text, group: group, role: role,
      type: arguments.text(Self.type).flatMap(MemoryType.init) ?? .episodic,
      text: Excerpt.clipped(text, scalarsMax: Memory.textMax - 1), notes: notes,
      importance: importance)
  }
}

extension ToolError {
  /// A domain's refusal, as a model hears it.
  init(_ fault: Fault) {
    self = .refused(code: fault.code.row.problemName, reason: fault.message)
  }
}
