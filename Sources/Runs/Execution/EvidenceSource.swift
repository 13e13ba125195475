internal import Models

/// A tool whose results are sources: what an agent read there, its contribution rests on.
struct EvidenceSource: Sendable {
  let tool: String
  let kind: EvidenceRef.Kind
  /// The member that names a source, of each item of a list or of the one record.
  let member: String
  /// Where it is there, a page came whole or in part; else what came is no source.
  var status: String?

  /// A row for each tool that gives back what others have said.
  // swift-format-ignore
  static let all = [
    EvidenceSource(tool: "memory_search",   kind: .memory, member: "memory_id"),
    EvidenceSource(tool: "blackboard_read", kind: .memory, member: "memory_id"),
    EvidenceSource(tool: "http_get",        kind: .url,    member: "url", status: "status"),
    EvidenceSource(tool: "session_runs",    kind: .run,    member: "run_id"),
    EvidenceSource(tool: "group_run",       kind: .run,    member: "run_id"),
    EvidenceSource(tool: "files_read",      kind: .file,   member: "name"),
  ]

  /// The sources that a call has read.
  static func refs(of exchange: ToolExchange) -> [EvidenceRef] {
    guard case .answered(let value) = exchange.outcome,
      let source = all.first(where: { $0.tool == exchange.call.name })
    else { return [] }
    switch value {
    case .list(let items): return items.compactMap(source.ref)
    case .record: return [source.ref(value)].compactMap(\.self)
    case .null, .boolean, .integer, .number, .text: return []
    }
  }

  private func ref(_ value: ToolValue) -> EvidenceRef? {
    guard case .record(let members) = value, case .text(let id)? = members[member] else {
      return nil
    }
    if let status {
      guard case .integer(200..<300)? = members[status] else { return nil }
    }
    return EvidenceRef(kind, id)
  }
}
