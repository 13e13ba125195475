import Accounts
import Contract
import Cryptography
import Events
import Gateway
import HTTP2
import Identity
import Logging
import Mail
import Models
import Routing
import Runs
import Store
import TLS
import Wire

/// A running server: the parts, put together.
struct Server: ~Copyable, Sendable {
  let listener: Listener
  /// What is done beside calls; each works until its task is cancelled.
  let workers: [@Sendable () async -> Void]
  /// What is done when all of those have been cancelled, by somebody who is not.
  let farewell: @Sendable () async -> Void
  let database: Database
  let ending: Ending
  let log: Logger
  /// What the banner and the first line of output tell.
  let facts: Facts
  private let folder: DataFolder
  private let certificates: ServedCertificates

  /// Where things are.
  struct Facts: Sendable {
    let url: String
    let addresses: [String]
    let data: String
    let authority: String?
    let tokenFile: String?
    /// Whether what is done is still there after a restart.
    let isKept: Bool

    init(_ listener: Listener, _ configuration: Configuration, data: String) {
      url = listener.origin
      addresses = listener.addresses
      self.data = data
      authority =
        configuration.certificate == nil ? "\(data)/\(Certificates.authorityFile)" : nil
      tokenFile = configuration.isOpen ? nil : "\(data)/\(AdminToken.file)"
      isKept = !configuration.isEphemeral
    }
  }

  /// The migrations of all parts, in their one order.
  static let migrations =
    EventMigrations.all + TokenMigrations.all + RunMigrations.all + IdentityMigrations.all
    + AccountMigrations.all + RosterMigrations.all + ProviderMigrations.all
    + RunMigrations.later + RosterMigrations.later + FeishuMigrations.all
    + ToolServerMigrations.all + ProviderMigrations.later + EventMigrations.later

  /// Opens the folder, the database and the listeners; nothing is accepted yet.
  static func open(
    _ configuration: Configuration, startedBy supervisor: Supervisor, logTo writer: LogWriter
  ) async throws(StartFailure) -> Server {
    let folder = try opening { () throws(StoreError) in try DataFolder.lock(configuration.data) }
    let ground = try await Ground(configuration, in: folder, logTo: writer)
    let seconds = ground.wallClock.now.milliseconds / 1000
    let certificates = ServedCertificates(configuration, at: seconds, log: ground.log)
    let context = try certificates.start(in: folder, at: seconds)
    let domains = try await ground.domains()
    let workers = try workers(ground, domains, data: folder.path)
    let interface = try interface(
      domains.routes, ground.services(domains.health), configuration.interfaceLimits)
    let setup = GatewaySetup(
      interface: interface, context: context, limits: configuration.gateway,
      http2Limits: configuration.transportLimits, observer: ground.observer,
      doorbell: ground.doorbell)
    let listener = try listening(setup, configuration, supervisor, ground.census)
    ground.metrics.attach(listener, domains.runner.gauge)
    let facts = Facts(listener, configuration, data: FileText.absolute(folder.path))
    try opening { () throws(StoreError) in
      try folder.write(ReadyLine(facts).json(), to: ReadyLine.file, readableBy: .owner)
    }
    let (toolServers, traffic) = (domains.toolServers, ground.traffic)
    return Server(
      listener: listener, workers: workers,
      farewell: {
        await toolServers.close()
        await traffic.finish()
      },
      database: ground.database, ending: ground.ending,
      log: ground.log, facts: facts, folder: folder,
      certificates: certificates)
  }

  private static func workers(
    _ ground: Ground, _ domains: Domains, data: String
  ) throws(StartFailure) -> [@Sendable () async -> Void] {
    let (runner, toolServers) = (domains.runner, domains.toolServers)
    let (librarian, housekeeper) = (domains.librarian, domains.registrar.housekeeper)
    let postman = domains.registrar.postman(
      try MailRoutes.route(ground.configuration, data: data, log: ground.log),
      observe: ground.observer.mailed)
    let fetcher = try PublishedKeys.fetcher(ground.foreign, observe: ground.observer.fetched)
    return [
      { await runner.work() }, { await postman.work() }, { await housekeeper.work() },
      { await fetcher?.work() }, { await librarian.work() }, { await toolServers.work() },
    ]
  }

  static func log(
    _ configuration: Configuration, _ wallClock: SystemWallClock, _ writer: LogWriter
  ) -> Logger {
    let isJSON =
      configuration.logFormat == .json || configuration.logFormat == .automatic && !Terminal.isError
    let level = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
    let log = Logger(label: "switchyard") { _ in
      LineLog(level: level, isJSON: isJSON, wallClock: wallClock, writer: writer)
    }
    if configuration.isOpen {
      log.warning("authentication is off: everybody who reaches this server may do everything")
    }
    return log
  }

  /// Reads the certificates again; new connections see them when they are better than the old ones.
  var reloading: @Sendable () -> Void {
    let (listener, certificates) = (listener, certificates)
    return {
      let seconds = SystemWallClock().now.milliseconds / 1000
      certificates.reload(at: seconds) { listener.use($0) }
    }
  }

  private static func interface(
    _ routes: [Route], _ services: InterfaceServices, _ limits: InterfaceLimits
  ) throws(StartFailure) -> Interface {
    do throws(InterfaceProblems) {
      let document = try OpenAPIDocument(
        routes.map(\.description), limits: limits, version: Version.text)
      return try Interface(
        routes: routes + [Route(OpenAPIDocument.method, on: document)], services: services,
        limits: limits)
    } catch {
      throw StartFailure(
        .software, (["the method table is wrong:"] + error.problems).joined(separator: "\n  "))
    }
  }

  static func openDatabase(
    _ configuration: Configuration, _ folder: borrowing DataFolder, _ clock: SystemMonotonicClock,
    observe: @escaping @Sendable (StoreEvent) -> Void
  ) throws(StartFailure) -> Database {
    var store = Database.Configuration.standard
    store.pagesMax = configuration.storePagesMax
    let place: Database.Place =
      configuration.isEphemeral ? .ephemeral(in: folder.path) : .file(folder.databasePath)
    return try opening { () throws(StoreError) in
      try Database(
        at: place, migrations: migrations, configuration: store,
        monotonic: { UInt64(clamping: clock.nanoseconds) }, observe: observe)
    }
  }

  static func epoch(in database: Database) async throws(StartFailure) -> LogEpoch {
    let fresh = LogEpoch(Hexadecimal.encode(SecureRandom.bytes(8)))
    do throws(StoreError) {
      return try await database.write { (transaction) throws(StoreError) in
        try LogEpoch.establish(fresh, in: transaction)
      }
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
  }

  private static func listening(
    _ setup: GatewaySetup, _ configuration: Configuration, _ supervisor: Supervisor,
    _ census: FeedCensus
  ) throws(StartFailure) -> Listener {
    // An inherited socket may be anywhere.
    guard supervisor.sockets.isEmpty || !configuration.isOpen else {
      throw StartFailure(
        .configuration, "without authentication the server listens for itself, on loopback")
    }
    do throws(SystemError) {
      return try Listener(
        setup, host: configuration.host, port: configuration.port, inherited: supervisor.sockets,
        loopCount: configuration.loops, census: census)
    } catch {
      let place =
        supervisor.sockets.isEmpty
        ? "\(configuration.host):\(configuration.port)" : "the inherited sockets"
      throw StartFailure(
        error.isAddressInUse ? .inUse : .system, "cannot listen on \(place): \(error)")
    }
  }

  /// Runs a step of the store, turning its failure into what the operator reads.
  static func opening<T: ~Copyable>(
    _ step: () throws(StoreError) -> T
  ) throws(StartFailure) -> T {
    do throws(StoreError) {
      return try step()
    } catch {
      switch error {
      case .inUse: throw StartFailure(.inUse, "\(error)")
      case .newerDatabase, .changedMigration, .failedMigration, .copyDiffers:
        throw StartFailure(.configuration, "\(error)")
      default: throw StartFailure(.folder, "\(error)")
      }
    }
  }
}
