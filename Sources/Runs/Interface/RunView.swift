internal import Models
package import Wire

/// A run as its owner sees it.
package struct RunView: Coded {
  package let runID: RunID
  package let sessionKey: SessionKey
  package let status: RunStatus
  /// When a worker took the run up; null while it waits.
  package let startedAt: Timestamp?
  /// When the run came to its end; null before.
  package let endedAt: Timestamp?
  /// From start to end in milliseconds; null before the end.
  package let durationMs: Int64?
  /// The run's events, tokens not counted.
  package let eventCount: Int64
  /// The tools that were called.
  package let toolCallCount: Int64
  package let agentID: String
  /// The group that the run was given to; null for a run of one agent.
  package let groupID: String?
  /// The run that started this one; null for a run that a caller started.
  package let parentRunID: String?
  /// What the run is doing at present; null at the end.
  package let phase: RunPhase?
  /// The answer, without secrets; null before the run has completed, and in lists where it is
  /// longer than 16 384 characters.
  package let output: String?
  /// Why the run failed; null when it did not.
  package let error: RunError?
  /// What the models read, wrote and cost; null before the end, and when no worker took the run up.
  package let usage: TokenUsage?
  package let createdAt: Timestamp
}

/// Why a run failed.
package struct RunError: Coded, Hashable {
  static let omitsNil = true

  /// A stable code such as `RUN_TIMEOUT`.
  package let code: String
  /// A sentence for people.
  package let message: String
  /// Facts for programs.
  package let details: WireValue?
}

/// Tokens read and written by all models of a run, and what they cost.
package struct TokenUsage: Coded, Hashable {
  package var promptTokens: Int64 = 0
  package var completionTokens: Int64 = 0
  package var totalTokens: Int64 = 0
  /// What the tokens cost in millionths of a US dollar, those whose providers have prices.
  package var costMicroUSD: Int64 = 0
}

extension TokenUsage {
  /// The cost as an amount.
  var cost: Dollars {
    get { Dollars(clamping: costMicroUSD) }
    set { costMicroUSD = newValue.micros }
  }

  /// Adds what others read, wrote and cost.
  mutating func add(_ other: TokenUsage) {
    promptTokens += other.promptTokens
    completionTokens += other.completionTokens
    totalTokens += other.totalTokens
    cost = cost + other.cost
  }

  /// What is left of it without what others read, wrote and cost.
  func without(_ other: TokenUsage) -> TokenUsage {
    TokenUsage(
      promptTokens: promptTokens - other.promptTokens,
      completionTokens: completionTokens - other.completionTokens,
      totalTokens: totalTokens - other.totalTokens, costMicroUSD: (cost - other.cost).micros)
  }
}

/// Which run is meant.
package struct RunReference: Coded {
  package let runID: RunID
}

/// Which of a session's runs are wanted.
package struct SessionRunsQuery: Coded {
  package let sessionKey: SessionKey
  /// The page, from 1.
  package var page: Bounded<1, 10_000> = 1
  /// Runs on a page.
  package var limit: Bounded<1, 100> = 20
}

/// One page of a session's runs, newest first.
package struct SessionRunsPage: Coded {
  package let runs: [RunView]
  /// The session's runs on all pages.
  package let total: Int64
  package let page: Int64
  package let limit: Int64
}

/// Which of a caller's runs are wanted; each condition must hold.
package struct RunsQuery: Coded {
  /// Where they stand, one of several; anywhere when there is none.
  package var status: [RunStatus] = []
  package let sessionKey: SessionKey?
  package let agentID: Text<1, 80>?
  package let groupID: GroupID?
  /// Made at that moment or later.
  package let createdAfter: Timestamp?
  /// Made before that moment.
  package let createdBefore: Timestamp?
  /// What stands in the input or in the output, letters of ASCII in either case.
  package let q: Text<1, 200>?
  /// A member of the metadata and its value as text, `name:value`; several must all be there.
  package var metadata: [Text<2, 400>] = []
  /// The `next_cursor` of the page before, which is the name of a run.
  package let cursor: RunID?
  /// Runs on a page.
  package var limit: Bounded<1, 100> = 20
}

/// Some of a caller's runs, newest first; a page of a search that finds little may be empty and
/// have another behind it.
package struct RunsPage: Coded {
  package let runs: [RunView]
  /// The cursor of the page that follows; null when this is the last one.
  package let nextCursor: String?
  package let hasMore: Bool
}

/// A request to end a run early.
package struct CancelRun: Coded {
  package let runID: RunID
  /// Why, for the run's last event.
  package let reason: Text<0, 1000>?
}

/// The receipt for a cancellation that will not be forgotten.
package struct RunCancelled: Coded {
  package let success: Bool
  package let runID: RunID
}
