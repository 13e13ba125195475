import Contract
import Events
import Models
import Store
import Synchronization
import Testing
import Wire

@testable import Runs

/// The librarian over a database of its own, in a time that stands still.
struct TestLibrarian {
  static let address = "http://feishu.example"
  static let scope = Scope(organisation: "o1", user: "u1", project: "p1")

  let database: Database
  let time = TestTime()
  let platform: FakePlatform
  let librarian: Librarian
  private let troubles = Troubles()

  /// What operators were told.
  final class Troubles: Sendable {
    private let list = Mutex<[FeishuTrouble]>([])
    func note(_ trouble: FeishuTrouble) { list.withLock { $0.append(trouble) } }
    var reasons: [String] { list.withLock { $0.map(\.reason) } }
  }

  var reasons: [String] { troubles.reasons }

  init() throws {
    database = try Database(
      at: .ephemeral(in: "/tmp"),
      migrations: EventMigrations.all + RunMigrations.all + RosterMigrations.all
        + ProviderMigrations.all + RunMigrations.later + RosterMigrations.later
        + FeishuMigrations.all + ProviderMigrations.later + EventMigrations.later,
      configuration: .standard, monotonic: { 0 }, observe: { _ in })
    platform = FakePlatform(time)
    let access = FeishuAccess(
      appID: "a", secret: try #require(ProviderKey("s")),
      address: try #require(ProviderAddress(Self.address)))
    let troubles = troubles
    librarian = Librarian(
      LibrarianSetup(
        database: database, log: EventLog(doorbell: Doorbell(), observe: nil), wallClock: time,
        pausing: time, identifiers: CountingIdentifiers(),
        client: FeishuClient(
          access, over: platform, policy: .standard { $0 }, clock: time, pausing: time),
        pollEvery: .seconds(120), observe: { troubles.note($0) }))
  }

  /// The same after the process that held it is gone.
  var successor: Librarian { Librarian(librarian.setup) }

  func create(_ config: WireValue, status: String = "paused") async throws -> String {
    let input: WireValue = ["name": "c", "status": .text(status), "config": config]
    return try await librarian.create(
      CreateConnector(json: input.json()), TestRunner.context(Self.scope)
    ).value.id
  }

  func sync(_ connector: String, wait: Bool = true) async throws -> FeishuJob {
    let input: WireValue = ["connector_id": .text(connector), "wait": .bool(wait)]
    return try await librarian.sync(
      SyncConnector(json: input.json()), TestRunner.context(Self.scope)
    ).value
  }

  func jobs(_ connector: String) async throws -> [FeishuJob] {
    let input: WireValue = ["connector_id": .text(connector)]
    return try await librarian.jobs(
      JobsQuery(json: input.json()), TestRunner.context(Self.scope)
    ).jobs
  }

  func connector(_ id: String) async throws -> FeishuConnector {
    try await librarian.connector(ConnectorID(trusted: id), TestRunner.context(Self.scope))
  }

  /// The jobs of a connector, once there are so many and all have ended.
  func ended(_ connector: String, count: Int) async throws -> [FeishuJob] {
    while true {
      let seen = librarian.ended.rings
      let jobs = try await jobs(connector)
      if jobs.count >= count, jobs.allSatisfy(\.status.isFinal) { return jobs }
      await librarian.ended.wait(past: seen)
      try Task.checkCancellation()
    }
  }

  /// Runs `body` while a librarian works; it is called off when that ends.
  func working<Result>(
    _ librarian: Librarian? = nil, _ body: () async throws -> Result
  ) async throws -> Result {
    let librarian = librarian ?? self.librarian
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await librarian.work() }
      defer { group.cancelAll() }
      return try await body()
    }
  }
}
