import Accounts
import Contract
import Cryptography
import Curl
import Events
import Gateway
import Identity
import Logging
import Models
import Routing
import Runs
import Store
import Wire

/// What every part of the server stands on.
struct Ground: Sendable {
  let configuration: Configuration
  let wallClock = SystemWallClock()
  let clock = SystemMonotonicClock()
  let identifiers: SystemIdentifiers
  let log: Logger
  let observer: ServerObserver
  let metrics = Metrics()
  let census = FeedCensus()
  let ending = Ending()
  let tickets: TicketBook
  let refusals = RefusalBook()
  let doorbell = Doorbell()
  let events: EventLog
  let database: Database
  let master: MasterKey
  let accessTokens: AccessTokens
  let foreign: ForeignIssuers
  let tools: AgentTools
  let transport: CurlTransport?
  let traffic: ProviderTraffic

  /// Passwords that may wait to be hashed: the last one is answered after some seconds.
  private static let passwordsWaitingMax = 64

  /// How patiently others' servers are asked again.
  static let retries = RetryPolicy.standard { $0 * Double.random(in: 0.75...1.25) }

  /// Those who may wait until it is known whether the data folder keeps files.
  private static let probesWaitingMax = 1000

  /// Opens the database of a folder, with the keys that it needs.
  init(
    _ configuration: Configuration, in folder: borrowing DataFolder, logTo writer: LogWriter
  ) async throws(StartFailure) {
    self.configuration = configuration
    identifiers = SystemIdentifiers(wallClock: wallClock)
    log = Server.log(configuration, wallClock, writer)
    observer = ServerObserver(
      wallClock: wallClock, log: log, logsAccess: configuration.logsAccess)
    tickets = TicketBook(clock: clock)
    events = EventLog(doorbell: doorbell, observe: observer.logged)
    database = try Server.openDatabase(configuration, folder, clock) { [metrics, observer] event in
      metrics.note(event)
      observer.stored(event)
    }
    if let copy = database.upgrade.copy {
      log.notice("schema changed", metadata: ["copy": "\(copy)"])
    }
    foreign = try MasterKeys.foreignIssuers(configuration)
    master = try MasterKeys.master(configuration, in: folder)
    accessTokens = try await MasterKeys.accessTokens(
      configuration, master, database, now: wallClock.now)
    tools = try Self.tools(configuration, in: folder)
    transport = CurlTransport(wallClock: wallClock)
    traffic = try Recordings(configuration.recordings, wallClock, clock, observer)
      .traffic(over: transport)
    try await AdminToken.establish(in: folder, database, identifiers, wallClock)
  }

  /// What the operator lets agents reach.
  private static func tools(
    _ configuration: Configuration, in folder: borrowing DataFolder
  ) throws(StartFailure) -> AgentTools {
    var tools = AgentTools()
    if configuration.agentFiles {
      tools.files = try Server.opening { () throws(StoreError) in try folder.tree("files") }
    }
    guard configuration.agentsAskWeb else { return tools }
    guard let pages = CurlPages(configuration.agentPlaces) else {
      throw StartFailure(.configuration, "agent-http needs \(CurlLibrary.missing)")
    }
    tools.pages = pages
    return tools
  }

  /// Who knows callers by what they show.
  var authenticator: any Authenticator {
    configuration.isOpen
      ? OpenDoor()
      : TokenBook(
        database: database, wallClock: wallClock, clock: clock, accessTokens: accessTokens,
        foreign: foreign)
  }

  /// What the pipeline asks of others.
  func services(_ health: Health) -> InterfaceServices {
    let key = master.derived(for: "request fingerprints")
    return InterfaceServices(
      authenticator: authenticator, tickets: tickets, identifiers: identifiers, clock: clock,
      isReady: { await health.isReady }, refusals: refusals,
      // A request may hold a password: nobody tries some against a copy of the fingerprints.
      digest: { HMACSHA256.code(of: $0.span, key: key).bytes })
  }

  /// Everybody who answers calls.
  func domains() async throws(StartFailure) -> Domains {
    let toolServers = toolServers()
    let providers = ConfiguredProviders(
      database: database, master: master, traffic: traffic, policy: Self.retries)
    let embeddings = Embeddings(
      database: database, providers: providers, wallClock: wallClock, pausing: SystemPausing(),
      observe: observer.embeddingFailed)
    metrics.attach(embeddings.gauge)
    let runner = Runner(
      RunnerSetup(
        database: database, log: events, epoch: try await Server.epoch(in: database),
        providers: providers, wallClock: wallClock, clock: clock, pausing: SystemPausing(),
        identifiers: identifiers, limits: configuration.runs, node: identifiers.next("node_"),
        tools: tools, toolServers: toolServers, embeddings: embeddings,
        ended: BoundChatRuns.ended(events)))
    let hasher = try Server.opening { () throws(StoreError) in
      try PasswordHasher(threads: 1, waitingMax: Self.passwordsWaitingMax)
    }
    let registrar = Registrar(
      RegistrarSetup(
        database: database, log: events, wallClock: wallClock, clock: clock,
        pausing: SystemPausing(),
        identifiers: identifiers, hasher: hasher, master: master, accessTokens: accessTokens,
        limits: configuration.accounts, redirectOrigins: configuration.redirectOrigins))
    return Domains(
      runner: runner, toolServers: toolServers,
      roster: Roster(
        database: database, log: events, wallClock: wallClock, identifiers: identifiers),
      librarian: Librarian(
        LibrarianSetup(
          database: database, log: events, wallClock: wallClock, pausing: SystemPausing(),
          identifiers: identifiers, client: try FeishuRoute.client(configuration.feishu, self),
          pollEvery: configuration.feishu.pollEvery, observe: observer.feishuFailed)),
      registrar: registrar,
      chats: ChatDesk(
        registrar, BoundChatRuns(runner: runner, signals: StreamSignals(doorbell))),
      health: Health(
        gauge: runner.gauge, census: census, wallClock: wallClock, ending: ending,
        database: database, probe: FolderProbe(folder: configuration.data),
        files: try Server.opening { () throws(StoreError) in
          try WorkerPool(threads: 1, waitingMax: Self.probesWaitingMax)
        }),
      metrics: metrics, tickets: Tickets(book: tickets, wallClock: wallClock),
      explanations: Explanations(book: refusals, clock: clock, wallClock: wallClock))
  }

  private func toolServers() -> ToolServers {
    let links = ToolLinks(
      data: configuration.data, master: master, transport: transport,
      complained: observer.toolComplaint)
    return ToolServers(
      ToolServersSetup(
        database: database, log: events, wallClock: wallClock, clock: clock,
        pausing: SystemPausing(), version: Version.text, limits: ToolServerLimits(),
        connect: { (record) throws(MCPFailure) in try links.connect(record) },
        observe: observer.toolServer))
  }
}
