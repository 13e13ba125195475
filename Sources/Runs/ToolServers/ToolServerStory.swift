internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// What is written of a server of tools.
struct ToolServerStory: Sendable {
  let record: ToolServerRecord
  let setup: ToolServersSetup

  /// Writes what the server has come to, with the events that tell of it; how often its list has
  /// changed, where it has now.
  func note(
    _ news: ToolServerNews, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int64? {
    switch news {
    case .ready: return nil
    case .failed(_, let again):
      // What is begun anew at once may be well.
      if again > .zero { try set(.unhealthy, in: transaction) }
      return nil
    case .listed(let tools):
      try set(.healthy, in: transaction)
      return try note(tools, in: transaction)
    }
  }

  private func note(
    _ tools: [MCPTool], in transaction: borrowing Transaction
  ) throws(StoreError) -> Int64? {
    let known = try transaction.first(
      KnownTools.self,
      """
      SELECT tools, revision FROM tool_servers
      WHERE name = ?1 AND created_at = ?2 AND updated_at = ?3
      """, .text(record.name), .integer(record.createdAt.milliseconds),
      .integer(record.updatedAt.milliseconds))
    guard let known else { return nil }
    let listed = WireValue.array(tools.map(\.wireValue))
    // A number that is written in two ways is one, as is a map in two orders.
    guard known.tools.canonicalJSON() != listed.canonicalJSON() else { return known.revision }
    try transaction.execute(
      "UPDATE tool_servers SET tools = ?2, revision = revision + 1 WHERE name = ?1",
      .text(record.name), .json(listed))
    let change = ToolListChange(
      server: record.name, before: [MCPTool](stored: known.tools).map(\.name),
      after: tools.map(\.name))
    for organisation in try organisations(in: transaction) {
      try append(
        RunEventType.toolsRefreshed, of: organisation, about: Party("tool_server", record.name),
        change.payload, in: transaction)
    }
    return known.revision + 1
  }

  /// Writes whether the tools answer into each skill that brings them.
  private func set(
    _ health: SkillHealth, in transaction: borrowing Transaction
  ) throws(StoreError) {
    let changed = try transaction.all(
      ChangedSkill.self,
      """
      UPDATE skills SET health_status = ?2, updated_at = ?3
      WHERE provider = 'mcp' AND entry_path = ?1 AND health_status <> ?2
        AND (?4 IS NULL OR org_id IS NULL OR org_id = ?4)
      RETURNING id, org_id, name
      """, .text(record.name), .text(health.rawValue),
      .integer(setup.wallClock.now.milliseconds), .optional(record.organisation))
    for skill in changed {
      try append(
        RosterEventType.skillHealthChanged.rawValue, of: skill.organisation,
        about: Party("skill", skill.id),
        [
          "skill_id": .text(skill.id), "name": .text(skill.name),
          "health_status": .text(health.rawValue),
        ], in: transaction)
    }
  }

  /// Those whose skills name the server; nil stands for all.
  private func organisations(
    in transaction: borrowing Transaction
  ) throws(StoreError) -> [String?] {
    try transaction.all(
      SkillOrganisation.self,
      """
      SELECT DISTINCT org_id FROM skills WHERE provider = 'mcp' AND entry_path = ?1
        AND (?2 IS NULL OR org_id IS NULL OR org_id = ?2) LIMIT ?3
      """, .text(record.name), .optional(record.organisation),
      .integer(Self.organisationsMax)
    ).map(\.organisation)
  }

  /// Organisations that are told of one change.
  private static let organisationsMax: Int64 = 1_000

  private func append(
    _ type: String, of organisation: String?, about subject: Party, _ payload: WireValue,
    in transaction: borrowing Transaction
  ) throws(StoreError) {
    let draft = EventDraft(
      stream: Roster.stream(of: organisation), tenant: organisation ?? "", project: nil,
      type: type, time: setup.wallClock.now, actor: Party("system", "mcp"), subject: subject,
      correlationID: nil, event: { _, _ in payload })
    try setup.log.append([draft], in: transaction)
  }
}

/// How a server's list of tools has changed, as events tell it.
struct ToolListChange: Hashable, Sendable {
  let server: String
  let before: [String]
  let after: [String]

  var payload: WireValue {
    [
      "server": .text(server), "tool_count": .integer(Int64(after.count)),
      "added": .array(after.filter { !before.contains($0) }.map(WireValue.text)),
      "removed": .array(before.filter { !after.contains($0) }.map(WireValue.text)),
    ]
  }
}

private struct KnownTools: Record {
  let tools: WireValue
  let revision: Int64

  init(row: borrowing Row) throws(StoreError) {
    tools = try row.json(0)
    revision = try row.integer(1)
  }
}

private struct ChangedSkill: Record {
  let id: String
  let organisation: String?
  let name: String

  init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    organisation = try row.optionalText(1)
    name = try row.text(2)
  }
}

private struct SkillOrganisation: Record {
  let organisation: String?

  init(row: borrowing Row) throws(StoreError) { organisation = try row.optionalText(0) }
}
