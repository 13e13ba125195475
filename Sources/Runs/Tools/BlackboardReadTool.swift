internal import Models
internal import Store
internal import Wire

/// Shows a model what stands on the blackboard of its group.
struct BlackboardReadTool: SourceTool {
  let turn: ToolTurn
  let group: GroupID

  /// Nil for a run that is given to no group.
  init?(turn: ToolTurn) {
    guard let group = turn.job.group else { return nil }
    self.turn = turn
    self.group = group
  }

  private static let type = "type", limit = "limit", memory = "memory_id"
  private static let countMax: Int64 = 50, countStandard: Int64 = 10, nameBytesMax = 64
  /// Scalars of a text in a list; one that is asked for by its id is whole.
  private static let shownMax = 1_000

  var description: ToolDescription {
    ToolDescription(
      name: "blackboard_read",
      summary: "Shows what stands on the group's blackboard, newest first, or one memory whole.",
      arguments: [
        ToolDescription.Argument(
          Self.type, .choice(MemoryType.allCases.map(\.rawValue)), isRequired: false,
          summary: "Only memories of this type."),
        ToolDescription.Argument(
          Self.limit, .integer(1...Self.countMax), isRequired: false,
          summary: "The most memories; \(Self.countStandard) when it is left out."),
        ToolDescription.Argument(
          Self.memory, .text(bytesMax: Self.nameBytesMax), isRequired: false,
          summary: "The one memory that is wanted, with all of its text."),
      ])
  }

  var mutates: Bool { false }

  var source: EvidenceSource? { EvidenceSource(.memory, in: .result(Self.memory)) }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    let (group, scope) = (group, turn.job.scope)
    let type = arguments.text(Self.type).flatMap(MemoryType.init)
    let most = Int(arguments.integer(Self.limit) ?? Self.countStandard)
    if let id = arguments.text(Self.memory) {
      let memory = try await turn.read("the blackboard") { (reader) throws(StoreError) in
        try Memory.find(id, of: group, in: scope, reader)
      }
      guard let memory else {
        throw .refused(code: "not_found", reason: "there is no memory \(id) on this blackboard")
      }
      return .list([Self.told(memory, scalarsMax: .max)])
    }
    let memories = try await turn.read("the blackboard") { (reader) throws(StoreError) in
      try Memory.newest(of: group, in: scope, type: type, most: most, reader)
    }
    return .list(memories.map { Self.told($0, scalarsMax: Self.shownMax) })
  }

  private static func told(_ memory: Memory, scalarsMax: Int) -> ToolValue {
    .record([
      ToolArgument(Self.memory, .text(memory.id)),
      ToolArgument("type", .text(memory.type.rawValue)),
      ToolArgument("text", .text(Excerpt.clipped(memory.text, scalarsMax: scalarsMax))),
      ToolArgument("metadata", ToolValue(memory.metadata)),
      ToolArgument("importance", .number(memory.importance)),
      ToolArgument("role_id", .text(memory.roleID)),
      ToolArgument("created_at", .text(memory.createdAt.text)),
    ])
  }
}
