/// The types of a run's events that this server writes (the catalogue, §4.4).
enum RunEventType {
  static let started = "run.started"
  static let completed = "run.completed"
  static let failed = "run.failed"
  static let cancelled = "run.cancelled"
  static let resumed = "run.resumed"
  static let suspended = "run.suspended"
  static let compacted = "run.compacted"
  static let warning = "run.warning"
  static let stepStarted = "step.started"
  static let stepCompleted = "step.completed"
  static let stepRetried = "step.retried"
  static let modelCalled = "llm.called"
  static let token = "llm.token"
  static let toolCalled = "tool.called"
  static let toolResult = "tool.result"
  static let toolBlocked = "tool.blocked"
  static let approvalRequired = "tool.requires_approval"
  static let toolApproved = "tool.approved"
  static let toolRejected = "tool.rejected"
  static let batchStarted = "tool.batch.started"
  static let batchCompleted = "tool.batch.completed"
  static let injected = "user.injected"
  static let toolsRefreshed = "mcp.tools.refreshed"
  static let task = "message.task"
  static let evidence = "message.evidence"
  static let proposal = "message.proposal"
  static let decision = "message.decision"
  static let status = "message.status"

  /// What agents say to each other by events of this type, in a word; nil for other events.
  static func messageWord(_ type: String) -> String? {
    let family = "message."
    return type.hasPrefix(family) ? type.dropFirst(family.count).uppercased() : nil
  }

  /// Whether an event of this type is the last of its run: it is written with the final status.
  static func isFinal(_ type: String) -> Bool {
    type == completed || type == failed || type == cancelled
  }
}
