package import Wire

/// Whether a run asks people before it uses a tool of high risk.
package enum ApprovalMode: String, Coded, CaseIterable {
  /// Nobody is asked: the call is blocked.
  case deny
  /// The run waits until somebody has decided.
  case ask
}

/// What is decided on a call that waits for it.
package struct DecideCall: Coded {
  package let runID: RunID
  /// The call; may be left out where one alone waits.
  package let toolCallID: Text<1, 200>?
  /// Why, for the event that tells of it, and for the agent where the call is rejected.
  package let reason: Text<0, 1000>?
}

/// The receipt for a decision that will not be forgotten.
package struct CallDecided: Coded {
  package let success: Bool
  package let runID: RunID
  package let toolCallID: String
  /// The calls that the run still waits for.
  package let waiting: [String]
}

/// What is said to a run that goes on.
package struct InjectMessage: Coded {
  package let runID: RunID
  package let message: Text<1, 20_000>
  /// `user` for somebody who takes part, `system` for an instruction.
  package var role: MessageRole = .user
}

/// As what a message is said.
package enum MessageRole: String, Coded, CaseIterable {
  case user
  case system
}

/// The receipt for a message that the run will hear before it ends.
package struct MessageInjected: Coded {
  package let success: Bool
  package let runID: RunID
  /// The messages that were said to the run by now.
  package let messages: Int64
}

/// The runs that a run has started, oldest first.
package struct ChildRunsPage: Coded {
  package let runs: [RunView]
}
