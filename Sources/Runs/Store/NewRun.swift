internal import Contract
internal import Store
internal import Wire

/// A run on its way into the store.
struct NewRun: Sendable {
  let id: RunID
  let createdAt: Timestamp
  private let scope: Scope
  private let session: SessionKey
  let input: String
  let agent: String
  private let group: GroupID?
  private let model: String?
  private let metadata: String?
  private let timeoutMilliseconds: Int64
  private let approvalMode: ApprovalMode
  private let budget: RunBudget?
  /// Whose run it is, in place of a caller's.
  private var parent: RunID?
  private var depth: Int64 = 0
  private var delegated: [ToolLists] = []

  init(
    _ input: CreateRun, scope: Scope, group: GroupID? = nil, id: String, now: Timestamp,
    limits: RunLimits
  ) throws(Fault) {
    self.id = RunID(trusted: id)
    self.scope = scope
    createdAt = now
    session = input.sessionKey ?? .standard
    self.input = input.input.text
    self.group = group
    agent = group.map { "group:\($0.text)" } ?? input.agentID?.text ?? "main"
    model = input.llmConfig.map { String(decoding: $0.json(), as: UTF8.self) }
    guard input.metadata?.isJSON ?? true else {
      throw Fault.field("metadata", "a map in it has a key that is no text")
    }
    let metadata = input.metadata.map { $0.json() }
    guard metadata.map({ $0.count <= limits.metadataBytesMax }) ?? true else {
      throw Fault.field("metadata", "longer than \(limits.metadataBytesMax) bytes as JSON")
    }
    self.metadata = metadata.map { String(decoding: $0, as: UTF8.self) }
    timeoutMilliseconds =
      input.timeoutMs.map { Int64($0.value) } ?? limits.timeoutStandard.milliseconds
    approvalMode = input.approvalMode ?? limits.approvalMode
    budget = input.limits
  }

  /// A run of a group that another run starts, in a session of its own: that run's waits for it.
  init(
    _ input: Text<1, 100_000>, for group: GroupID, startedBy parent: RunJob,
    under lists: [ToolLists], id: String, now: Timestamp, limits: RunLimits
  ) {
    self.id = RunID(trusted: id)
    scope = parent.scope
    createdAt = now
    session = SessionKey(trusted: "s_\(parent.id.text)")
    self.input = input.text
    self.group = group
    agent = "group:\(group.text)"
    model = parent.choice.map { String(decoding: $0.json(), as: UTF8.self) }
    metadata = nil
    timeoutMilliseconds = limits.timeoutStandard.milliseconds
    approvalMode = parent.approvalMode
    budget = parent.budget
    self.parent = parent.id
    depth = parent.depth + 1
    delegated = lists
  }

  /// Puts the run into the queue, unless that is full or the organisation has used up what it may.
  func insert(
    _ limits: RunLimits, in transaction: borrowing Transaction
  ) throws(StoreError) -> Result<Void, Fault> {
    if let spent = try TenantUsage.spent(
      of: scope.organisation, at: createdAt, limits, in: transaction)
    {
      return .failure(spent)
    }
    switch try QueueCounts.admit(of: scope.organisation, limits, in: transaction) {
    case .full:
      return .failure(
        Fault(
          .unavailable, "\(limits.queueMax) runs are waiting already", name: "QUEUE_FULL",
          retryAfterSeconds: 5))
    case .tenantFull(let most):
      return .failure(
        TenantUsage.refusal("queued_runs", limit: Int64(most), used: Int64(most), seconds: 5))
    case nil: break
    }
    try insertUncounted(in: transaction)
    return .success(())
  }

  /// Puts the run into the queue, which has room for it and counts it elsewhere.
  func insertUncounted(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO runs (id, org_id, user_id, project_id, session_key, input, status, phase,
        agent_id, llm_config, metadata, timeout_ms, created_at, group_id, approval_mode,
        parent_run_id, depth, delegated, budget, is_ready)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', 'queued', ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
        ?15, ?16, ?17, NOT EXISTS (
          SELECT 1 FROM runs WHERE org_id = ?2 AND user_id = ?3 AND session_key = ?5
            AND status IN ('pending', 'running')))
      """, .text(id.text), .text(scope.organisation), .text(scope.user), .optional(scope.project),
      .text(session.text), .text(input), .text(agent), .optional(model), .optional(metadata),
      .integer(timeoutMilliseconds), .integer(createdAt.milliseconds), .optional(group?.text),
      .text(approvalMode.rawValue), .optional(parent?.text), .integer(depth),
      delegated.isEmpty ? .null : .json(delegated), budget.map { .json($0) } ?? .null)
  }
}
