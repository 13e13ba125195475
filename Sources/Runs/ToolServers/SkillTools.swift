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
  private let database: Database
  private let organisation: String
  /// The lists as this run has last seen them.
  private var lists: [(server: String, revision: Int64, names: [String])] = []

  /// The most tools of a run that servers bring; those of later skills are left out.
  static let toolsMax = 256

  init(_ servers: ToolServers, database: Database, organisation: String) {
    self.servers = servers
    self.database = database
    self.organisation = organisation
  }

  /// What is known from before, and then what the servers say now, as far as they say it in time;
  /// what has changed in between.
  mutating func begin() async throws(StoreError) -> [ToolListChange] {
    let records = try await load()
    guard !records.isEmpty else { return [] }
    await servers.refresh(records)
    return try await reload()
  }

  /// What has changed since the run last looked.
  mutating func changes() async throws(StoreError) -> [ToolListChange] {
    guard !lists.isEmpty else { return [] }
    let revisions = await servers.settled(lists.map(\.server))
    guard lists.contains(where: { revisions[$0.server] ?? $0.revision != $0.revision }) else {
      return []
    }
    return try await reload()
  }

  private mutating func reload() async throws(StoreError) -> [ToolListChange] {
    let before = lists
    _ = try await load()
    return lists.compactMap { list in
      let known = before.first { $0.server == list.server }
      guard known?.revision != list.revision else { return nil }
      return ToolListChange(server: list.server, before: known?.names ?? [], after: list.names)
    }
  }

  private mutating func load() async throws(StoreError) -> [ToolServerRecord] {
    let organisation = organisation
    let (records, skills) = try await database.read {
      (reader) throws(StoreError) -> ([ToolServerRecord], [ServerSkill]) in
      let records = try ToolServerRecord.visible(to: organisation, in: reader)
      guard !records.isEmpty else { return ([], []) }
      return (records, try ServerSkill.visible(to: organisation, in: reader))
    }
    lists = records.map { ($0.name, $0.revision, $0.tools.map(\.name)) }
    (tools, owners) = ([], [])
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
    return records
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
