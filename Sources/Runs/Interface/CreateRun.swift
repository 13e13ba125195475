internal import Models
package import Wire

/// What starts a run.
package struct CreateRun: Coded {
  /// The session that the run belongs to; `s_default` when it is absent.
  package let sessionKey: SessionKey?
  /// What is asked.
  package let input: Text<1, 100_000>
  /// The agent that answers; `main` when it is absent.
  package let agentID: Text<1, 80>?
  /// The model that answers; the built-in one when it is absent.
  package let llmConfig: ModelChoice?
  /// Free notes of the caller, at most 4 KiB as JSON; the provider `mock` reads its script from
  /// `mock`.
  package let metadata: WireValue?
  /// How long the run may take, in milliseconds; 300 000 when it is absent.
  ///
  /// Waiting for people and for other runs does not count.
  package let timeoutMs: Bounded<1, 3_600_000>?
  /// Whether somebody is asked before a tool of high risk is used; as the server is configured when
  /// it is absent.
  package let approvalMode: ApprovalMode?
  /// What the run may use; as much as any when it is absent.
  package let limits: RunBudget?
}

/// What starts a run of a group.
package struct CreateGroupRun: Coded {
  package let groupID: GroupID
  /// The session that the run belongs to; `s_default` when it is absent.
  package let sessionKey: SessionKey?
  /// What is asked.
  package let input: Text<1, 100_000>
  /// The model that all members answer by; the built-in one when it is absent.
  package let llmConfig: ModelChoice?
  /// Free notes of the caller, as for a run of one agent.
  package let metadata: WireValue?
  /// How long the run may take, in milliseconds; 300 000 when it is absent.
  package let timeoutMs: Bounded<1, 3_600_000>?
  /// Whether somebody is asked before a tool of high risk is used; as the server is configured when
  /// it is absent.
  package let approvalMode: ApprovalMode?
  /// What the run may use; as much as any when it is absent.
  package let limits: RunBudget?

  /// The same as a run of one agent.
  var request: CreateRun {
    CreateRun(
      sessionKey: sessionKey, input: input, agentID: nil, llmConfig: llmConfig,
      metadata: metadata, timeoutMs: timeoutMs, approvalMode: approvalMode,
      limits: limits)
  }
}

/// What a run may use before it fails with `RUN_LIMIT_EXCEEDED`.
package struct RunBudget: Coded, Hashable {
  static let omitsNil = true

  /// Steps of all its agents together.
  package let maxSteps: Bounded<1, 1000>?
  /// Tokens that its models read and write, those of the runs that it starts among them.
  package let maxTokens: Bounded<1, 1_000_000_000>?
  /// Millionths of a US dollar that those tokens cost, where the providers have prices.
  package let maxCostMicroUSD: CostLimit?
}

extension RunBudget {
  /// The limits that are there, as callers name them, with what was used of each.
  func limits(used steps: Int, _ usage: TokenUsage) -> [(name: String, limit: Int64, used: Int64)] {
    let all: [(String, Int64?, Int64)] = [
      ("max_steps", maxSteps.map { Int64($0.value) }, Int64(steps)),
      ("max_tokens", maxTokens.map { Int64($0.value) }, usage.totalTokens),
      ("max_cost_micro_usd", maxCostMicroUSD?.amount.micros, usage.costMicroUSD),
    ]
    return all.compactMap { name, limit, used in limit.map { (name, $0, used) } }
  }
}

/// The receipt for a run of a group that was accepted and will not be forgotten.
package struct GroupRunAccepted: Coded {
  /// The run, also the name of its event stream.
  package let runID: RunID
  package let groupID: String
  package let status: RunStatus
  package let createdAt: Timestamp
}

/// The language model of a run.
package struct ModelChoice: Coded {
  static let omitsNil = true

  /// `builtin`, `mock`, or a provider that was configured with a key.
  package let provider: Text<1, 80>
  /// The provider's name for the model.
  package let model: Text<1, 200>?
  /// How freely the model chooses, 0 to 2.
  package let temperature: BoundedNumber<0, 2>?
  /// The most tokens that the model may write.
  package let maxTokens: Bounded<1, 1_000_000>?
}

/// The receipt for a run that was accepted and will not be forgotten.
package struct RunAccepted: Coded {
  /// The run, also the name of its event stream.
  package let runID: RunID
  package let status: RunStatus
  package let createdAt: Timestamp
}
