package import Contract
package import Events
package import Models
package import Store
package import Wire

/// What the domain of runs is made from.
///
/// A class, because every part of every run holds it.
package final class RunnerSetup: Sendable {
  package let database: Database
  package let log: EventLog
  package let epoch: LogEpoch
  package let providers: any ModelSource
  package let wallClock: any WallClock
  package let clock: any MonotonicClock
  package let pausing: any Pausing
  package let identifiers: any IdentifierSource
  package let limits: RunLimits
  /// The name that this process's leases begin with.
  package let node: String
  /// What agents may reach besides the store.
  package let tools: AgentTools
  /// Where tools come from that other servers have; nil where there are none.
  package let toolServers: ToolServers?
  /// What memories and questions mean; nil where nobody knows.
  package let embeddings: Embeddings?
  /// Hears of each run's end, in the transaction that writes it.
  package let ended: Ended

  /// What is done as well when a run ends.
  package typealias Ended =
    @Sendable (EndedRun, Timestamp, borrowing Transaction) throws(StoreError) -> Void

  /// A domain over these parts; nothing else happens when a run ends unless `ended` says so, and
  /// agents reach nothing besides the store unless `tools` does.
  package init(
    database: Database, log: EventLog, epoch: LogEpoch, providers: any ModelSource,
    wallClock: any WallClock, clock: any MonotonicClock, pausing: any Pausing,
    identifiers: any IdentifierSource, limits: RunLimits, node: String,
    tools: AgentTools = AgentTools(),
    toolServers: ToolServers? = nil, embeddings: Embeddings? = nil,
    ended: @escaping Ended = { (_, _, _) throws(StoreError) in }
  ) {
    self.database = database
    self.log = log
    self.epoch = epoch
    self.providers = providers
    self.wallClock = wallClock
    self.clock = clock
    self.pausing = pausing
    self.identifiers = identifiers
    self.limits = limits
    self.node = node
    self.tools = tools
    self.toolServers = toolServers
    self.embeddings = embeddings
    self.ended = ended
  }
}

/// A run that ends, as others hear of it.
package struct EndedRun: Hashable, Sendable {
  package let id: String
  package let scope: Scope
  package let session: String
  package let agent: String
  /// The document's word for how it ended.
  package let status: String
}

/// One taking of a run by a worker.
struct RunLease: Hashable, Sendable {
  let run: RunID
  /// The lease's name, never given twice.
  let name: String
}

/// The domain of runs: takes them, executes them, shows them.
///
/// The truth is in the store; what is held here belongs to this process alone: which runs it
/// executes now.
package struct Runner: Sendable {
  let setup: RunnerSetup
  let finished: FinishedRuns
  let signal = WorkSignal()
  /// The queue's length, for health and metrics.
  package let gauge = QueueGauge()
  /// The runs that this process executes.
  let executing = RunControls()

  package init(_ setup: RunnerSetup) {
    self.setup = setup
    finished = FinishedRuns(
      countMax: setup.limits.finishedKept, outputBytesMax: setup.limits.finishedOutputBytesMax)
  }

  /// The name of a run's stream in the log.
  static func stream(of id: RunID) -> String { "run:\(id.text)" }

  /// The refusal of a run that is not there, or not the caller's to see.
  static func notFound(_ id: RunID) -> Fault {
    Fault(.notFound, "there is no run \(id.text)")
  }

  /// The scope, which the pipeline has checked for every method of this domain.
  func scope(_ head: CallHead) -> Scope {
    guard let scope = head.scope else {
      preconditionFailure("a method of runs was called without a scope")
    }
    return scope
  }
}
