package import Contract
package import Events
package import Store
internal import Wire

/// What the librarian is made from.
package struct LibrarianSetup: Sendable {
  package let database: Database
  package let log: EventLog
  package let wallClock: any WallClock
  package let pausing: any Pausing
  package let identifiers: any IdentifierSource
  /// Nil where this server has no credentials for Feishu.
  package let client: FeishuClient?
  /// The pause between two looks for connectors that are due.
  package let pollEvery: Duration
  /// Hears of what could not be read.
  package let observe: @Sendable (FeishuTrouble) -> Void

  package init(
    database: Database, log: EventLog, wallClock: any WallClock, pausing: any Pausing,
    identifiers: any IdentifierSource, client: FeishuClient?, pollEvery: Duration,
    observe: @escaping @Sendable (FeishuTrouble) -> Void
  ) {
    self.database = database
    self.log = log
    self.wallClock = wallClock
    self.pausing = pausing
    self.identifiers = identifiers
    self.client = client
    self.pollEvery = pollEvery
    self.observe = observe
  }
}

/// What an operator is told of a source, or of a whole job.
package struct FeishuTrouble: Hashable, Sendable {
  package let connector: String
  package let job: String
  /// The source's key, or a folder's token; nil for the whole job.
  package let source: String?
  /// Why, without credentials.
  package let reason: String
}

/// Brings what lies in Feishu into the memory of projects.
///
/// It holds nothing in memory: the truth is in the store.
package struct Librarian: Sendable {
  let setup: LibrarianSetup
  /// Rings when there may be a job to do, and when one has ended.
  let signal = WorkSignal()
  let ended = WorkSignal()

  package init(_ setup: LibrarianSetup) { self.setup = setup }

  /// The place, which the pipeline has checked for all methods of connectors.
  static func place(_ context: CallContext) -> FeishuPlace {
    guard let scope = context.scope, let project = scope.project else {
      preconditionFailure("a method of connectors was called without a project")
    }
    return FeishuPlace(organisation: scope.organisation, project: project)
  }

  /// Reads from the store.
  nonisolated(nonsending) func read<Output: Sendable>(
    _ work: @escaping @Sendable (borrowing Reader) throws(StoreError) -> Output
  ) async throws(Fault) -> Output {
    try await setup.database.read { (reader) throws(Fault) in
      try Fault.translating { () throws(StoreError) in try work(reader) }
    }
  }
}
