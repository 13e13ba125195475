internal import Wire

/// Where a run stands, as its document says it.
package enum RunStatus: String, Coded, CaseIterable {
  case pending
  case running
  case completed
  case failed
  case cancelled

  /// Whether the run can change no more.
  package var isFinal: Bool {
    switch self {
    case .pending, .running: false
    case .completed, .failed, .cancelled: true
    }
  }
}

/// What a run is doing at present, in finer words than its status.
package enum RunPhase: String, Coded, CaseIterable {
  case queued
  case executing
  case waitingToolApproval = "waiting_tool_approval"
  case waitingChild = "waiting_child"
  case finalizing

  /// Whether the run waits for others, and no worker has it.
  var isWaiting: Bool {
    switch self {
    case .waitingToolApproval, .waitingChild: true
    case .queued, .executing, .finalizing: false
    }
  }
}
