internal import Models
internal import Store

/// Finds for a model what is remembered: on the blackboard of its group, and where the run may look
/// besides.
struct MemorySearchTool: SourceTool {
  let turn: ToolTurn

  private static let query = "query", limit = "limit", memory = "memory_id"
  private static let queryBytesMax = 1_000, countMax: Int64 = 20, countStandard: Int64 = 8

  var description: ToolDescription {
    ToolDescription(
      name: "memory_search",
      summary:
        "Finds memories by words of the query: the group's, then core, episodic, archival ones.",
      arguments: [
        ToolDescription.Argument(
          Self.query, .text(bytesMax: Self.queryBytesMax), isRequired: true,
          summary: "Words to look for, in any language."),
        ToolDescription.Argument(
          Self.limit, .integer(1...Self.countMax), isRequired: false,
          summary: "The most memories; \(Self.countStandard) when it is left out."),
      ])
  }

  var mutates: Bool { false }

  var source: EvidenceSource? { EvidenceSource(.memory, in: .result(Self.memory)) }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    guard let query = arguments.text(Self.query) else { throw .missingArgument(Self.query) }
    let job = turn.job
    let most = Int(arguments.integer(Self.limit) ?? Self.countStandard)
    let meaning = await turn.setup.embeddings?.meaning(of: query)
    let items = try await turn.read("the memories") { (reader) throws(StoreError) in
      try MemoryRecall.items(
        on: query, meaning: meaning, for: job.scope, group: job.group, most: most, in: reader)
    }
    return .list(items.map(Self.told))
  }

  private static func told(_ item: MemoryRecall.Item) -> ToolValue {
    .record([
      ToolArgument(memory, .text(item.hit.item)), ToolArgument("layer", .text(item.layer)),
      ToolArgument("type", .text(item.hit.type.rawValue)), ToolArgument("text", .text(item.text)),
      ToolArgument("is_cut", .boolean(item.isCut)),
      ToolArgument("importance", .number(item.hit.importance)),
      ToolArgument("role_id", item.role.map { .text($0) } ?? .null),
    ])
  }
}
