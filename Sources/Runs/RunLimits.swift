package import Models

/// The limits of the runs' half of the server.
package struct RunLimits: Sendable {
  /// Runs that wait; one more is refused.
  package var queueMax = 1000
  /// Runs of one organisation that wait, as many as of all when it is nil, and that are executed at
  /// once.
  package var tenantQueueMax: Int?
  package var tenantRunsMax = 256
  /// Tokens that models may read and write for an organisation on a day of UTC; nil for any number.
  package var tenantTokensPerDay: Int?
  /// What those tokens may cost; nil for any amount.
  package var tenantCostPerDay: Dollars?
  /// Runs that are executed at once; 0 leaves all of them waiting.
  package var workers = 4
  /// How long a run may take when it does not say.
  package var timeoutStandard: Duration = .seconds(300)
  /// How long a worker's claim on a run lasts without a sign of life, and how often it gives one.
  package var leaseMax: Duration = .seconds(60)
  package var heartbeatEvery: Duration = .seconds(20)
  /// How often runs whose worker is gone are looked for.
  package var reapEvery: Duration = .seconds(15)
  /// Whether a run asks people before it uses a tool of high risk when it does not say, and how
  /// long it waits for a decision.
  package var approvalMode = ApprovalMode.deny
  package var approvalMax: Duration = .seconds(900)
  /// Steps of one run; the last one must answer.
  package var stepsMax = 16
  /// Calls of tools in one turn of an agent.
  package var toolCallsMax = 128
  /// Bytes of a page of events; one event more than that is a page of its own.
  package var eventsPageBytesMax = 4 << 20
  /// Tokens that are written in one transaction.
  package var tokensPerWrite = 64
  /// How long a token may wait for others before it is written.
  package var tokenDelayMax: Duration = .milliseconds(5)
  /// JSON bytes of a run's metadata.
  package var metadataBytesMax = 4096
  /// Finished runs that are kept in memory for readers, and the UTF-8 bytes of an answer that is
  /// too long to be.
  package var finishedKept = 4096
  package var finishedOutputBytesMax = 16 << 10
  /// The characters of an answer that is told in lists; a page of a hundred runs stays small.
  package var listedOutputMax = 16 << 10

  package init() {}

  /// Everything that is wrong with these limits taken together.
  package func problems() -> [String] {
    var problems: [String] = []
    let positive: [(String, Bool)] = [
      ("queueMax", queueMax > 0), ("timeoutStandard", timeoutStandard > .zero),
      ("tenantRunsMax", tenantRunsMax > 0), ("tenantQueueMax", tenantQueueMax ?? 1 > 0),
      ("tenantTokensPerDay", tenantTokensPerDay ?? 1 > 0),
      ("tenantCostPerDay", tenantCostPerDay ?? .most > .zero),
      ("approvalMax", approvalMax > .zero), ("stepsMax", stepsMax > 0),
      ("toolCallsMax", toolCallsMax > 0),
      ("eventsPageBytesMax", eventsPageBytesMax > 0), ("tokensPerWrite", tokensPerWrite > 0),
      ("metadataBytesMax", metadataBytesMax > 0), ("finishedKept", finishedKept > 0),
      ("finishedOutputBytesMax", finishedOutputBytesMax > 0),
      ("listedOutputMax", listedOutputMax > 0),
    ]
    for (name, holds) in positive where !holds { problems.append("\(name) must be above zero") }
    if !(0...256).contains(workers) { problems.append("workers must be from 0 to 256") }
    if heartbeatEvery >= leaseMax { problems.append("heartbeatEvery must be below leaseMax") }
    return problems
  }
}
