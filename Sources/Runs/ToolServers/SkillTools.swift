internal import Contract
internal import Models
internal import Store
internal import Wire

/// The tools of a run that servers bring, by the skills which its organisation sees.
struct SkillTools: Sendable {
  /// The tools, no two of one name.
  private(set) var tools: [ServerTool] = []
  /// Which skill brings each of them.
  private(set) var owners: [ToolOwner] = []
  private let servers: ToolServers
  /// The servers as they were read.
  private let records: [ToolServerRecord]

  /// The most tools of a run that servers bring; those of later skills are left out.
  static let toolsMax = 256

  /// What is known of the servers' tools.
  init(
    _ servers: ToolServers, visibleTo organisation: String,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) {
    self.servers = servers
    records = try ToolServerRecord.visible(to: organisation, in: reader)
    guard !records.isEmpty else { return }
    let skills = try ServerSkill.visible(to: organisation, in: reader)
    for record in records {
      let skills = skills.filter { $0.server == record.name }
      for tool in record.tools {
        // Of several skills that bring a tool the one of the highest risk decides.
        guard let owner = skills.filter({ $0.brings(tool.name) }).max(by: ServerSkill.isLower),
          tools.count < Self.toolsMax, !owners.contains(where: { $0.tool == tool.name })
        else { continue }
        tools.append(ServerTool(tool: tool, server: record.name, servers: servers))
        owners.append(ToolOwner(tool: tool.name, id: owner.id, risk: owner.risk))
      }
    }
  }

  /// Has the servers say what they offer now, as far as they say it in time; false when there are
  /// none.
  func refresh() async -> Bool {
    guard !records.isEmpty else { return false }
    await servers.refresh(records)
    return true
  }

  /// Whether a server's list is another one now.
  func haveChanged() async -> Bool {
    guard !records.isEmpty else { return false }
    let revisions = await servers.settled(records.map(\.name))
    return records.contains { revisions[$0.name] ?? $0.revision != $0.revision }
  }

  /// What is other than `before`.
  func changes(since before: SkillTools?) -> [ToolListChange] {
    records.compactMap { record in
      let known = before?.records.first { $0.name == record.name }
      guard known?.revision != record.revision else { return nil }
      return ToolListChange(
        server: record.name, before: known?.tools.map(\.name) ?? [],
        after: record.tools.map(\.name))
    }
  }
}

/// A skill whose tools a server brings.
private struct ServerSkill: Record {
  let id: String
  let server: String
  let risk: RiskLevel
  /// The tools that it brings; all of the server's where it names none.
  private let names: Set<String>

  init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    server = try row.text(1)
    risk = try row.choice(2)
    let tools: [SkillTool] = try row.json(3)
    names = Set(tools.map(\.name.text))
  }

  func brings(_ tool: String) -> Bool { names.isEmpty || names.contains(tool) }

  /// Whether the first has the lower risk, or the same and came later.
  static func isLower(_ one: ServerSkill, _ other: ServerSkill) -> Bool {
    one.risk.rank < other.risk.rank
  }

  static func visible(
    to organisation: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [ServerSkill] {
    try reader.all(
      ServerSkill.self,
      """
      SELECT id, entry_path, risk_level, tools FROM skills
      WHERE provider = 'mcp' AND entry_path IS NOT NULL AND (org_id IS NULL OR org_id = ?1)
      ORDER BY ordinal LIMIT ?2
      """, .text(organisation), .integer(Int64(Skill.row.most * 2)))
  }
}

extension RiskLevel {
  /// How much a wrong use may do, the least first.
  fileprivate var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}

/// A tool that a server brings.
struct ServerTool: Tool {
  let tool: MCPTool
  let server: String
  let servers: ToolServers

  var description: ToolDescription { tool.description }

  /// A server that does not say otherwise is taken to change something.
  var mutates: Bool { !tool.isReadOnly }

  var waits: Bool { true }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    let result: MCPResult
    do throws(MCPFailure) {
      result = try await servers.call(tool.name, of: server, arguments.wireValue)
    } catch {
      throw .outside(code: error.code, message: error.message)
    }
    guard !result.isError else {
      throw .outside(code: "tool_failed", message: result.errorText)
    }
    return result.value
  }
}
