internal import Contract
internal import Models
internal import Store
internal import Wire

/// Tells a model what its session has done before.
struct SessionRunsTool: SourceTool {
  let turn: ToolTurn

  var description: ToolDescription { SessionRun.tool }

  var mutates: Bool { false }

  var source: EvidenceSource? { EvidenceSource(.run, in: .result(SessionRun.name)) }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    guard let limit = arguments.integer(SessionRun.limit) else {
      throw .missingArgument(SessionRun.limit)
    }
    let job = turn.job
    let runs = try await turn.read("the session's runs") { (reader) throws(StoreError) in
      try Self.runs(before: job, limit: limit, reader)
    }
    return SessionRun.result(runs)
  }

  private static func runs(
    before job: RunJob, limit: Int64, _ reader: borrowing Reader
  ) throws(StoreError) -> [SessionRun] {
    let earlier = try reader.all(
      EarlierRun.self,
      """
      SELECT id, status, input, output, error FROM runs
      WHERE org_id = ?1 AND user_id = ?2 AND project_id IS ?3 AND session_key = ?4 AND ordinal < ?5
      ORDER BY ordinal DESC LIMIT ?6
      """, .text(job.scope.organisation), .text(job.scope.user), .optional(job.scope.project),
      .text(job.session.text), .integer(job.ordinal), .integer(limit))
    var runs: [SessionRun] = []
    for run in earlier { runs.append(run.told(tools: try tools(of: run.id, reader))) }
    return runs
  }

  private static func tools(
    of id: String, _ reader: borrowing Reader
  ) throws(StoreError) -> [String] {
    let calls = try reader.all(
      CalledTool.self,
      """
      SELECT payload FROM event_log
      WHERE stream_id = (SELECT id FROM event_streams WHERE stream = ?1) AND type = ?2
      ORDER BY stream_seq LIMIT ?3
      """, .text("run:\(id)"), .text(RunEventType.toolCalled),
      .integer(Int64(SessionRun.toolsMax)))
    var names: [String] = []
    for call in calls where !names.contains(call.name) { names.append(call.name) }
    return names
  }
}

private struct EarlierRun: Record {
  let id: String
  let status: String
  let input: String
  let output: String?
  let error: RunError?

  init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    status = try row.text(1)
    input = try row.text(2)
    output = try row.optionalText(3)
    error = try row.optionalJSON(4)
  }

  func told(tools: [String]) -> SessionRun {
    SessionRun(
      runID: id, status: status, input: input, output: output, error: error?.message, tools: tools)
  }
}

private struct CalledTool: Record {
  let name: String

  init(row: borrowing Row) throws(StoreError) {
    let bytes = try row.textBytes(0)
    do throws(DecodeError) {
      guard case .text(let name)? = try WireValue(json: bytes)["payload"]?["toolName"] else {
        throw DecodeError(.missingField, at: nil, "an event without its tool")
      }
      self.name = name
    } catch {
      throw StoreError.unreadable(column: 0, expected: .text)
    }
  }
}
