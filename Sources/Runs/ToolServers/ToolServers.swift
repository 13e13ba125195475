package import Contract
package import Events
package import Models
package import Store
internal import Synchronization
internal import Wire

/// What the servers of tools are kept by.
package struct ToolServersSetup: Sendable {
  let database: Database
  let log: EventLog
  let wallClock: any WallClock
  let clock: any MonotonicClock
  let pausing: any Pausing
  let version: String
  let limits: ToolServerLimits
  let connect: @Sendable (ToolServerRecord) throws(MCPFailure) -> any MCPLink
  /// Hears what becomes of each server, by its name.
  let observe: @Sendable (String, ToolServerNews) -> Void

  /// Servers that are reached by what `connect` gives.
  package init(
    database: Database, log: EventLog, wallClock: any WallClock, clock: any MonotonicClock,
    pausing: any Pausing, version: String, limits: ToolServerLimits,
    connect: @escaping @Sendable (ToolServerRecord) throws(MCPFailure) -> any MCPLink,
    observe: @escaping @Sendable (String, ToolServerNews) -> Void
  ) {
    self.database = database
    self.log = log
    self.wallClock = wallClock
    self.clock = clock
    self.pausing = pausing
    self.version = version
    self.limits = limits
    self.connect = connect
    self.observe = observe
  }
}

/// The servers of tools that skills name: each is kept connected while it stands in the store, and
/// what it offers is written there.
package actor ToolServers {
  nonisolated let setup: ToolServersSetup
  private var servers: [String: (record: ToolServerRecord, server: ToolServer)] = [:]
  /// Rings when somebody misses a server, and when it was looked for servers.
  private nonisolated let missed = WorkSignal()
  private nonisolated let looked = WorkSignal()
  /// How often the list of each server has changed, as far as this process has written.
  private nonisolated let revisions = Mutex<[String: Int64]>([:])

  package init(_ setup: ToolServersSetup) {
    self.setup = setup
  }

  /// Keeps the servers until the task is cancelled; then `close` ends them.
  package nonisolated func work() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let seen = missed.rings
        for server in await look() { group.addTask { await server.work() } }
        looked.ring()
        await setup.pausing.rest(for: setup.limits.lookEvery) { await self.missed.wait(past: seen) }
      }
    }
  }

  /// Ends all servers, which nobody keeps any more.
  package func close() async {
    let ending = servers.values.map(\.server)
    servers = [:]
    await withDiscardingTaskGroup { group in
      for server in ending { group.addTask { await server.close() } }
    }
  }

  /// Compares the servers with those in the store; the ones that are new.
  private func look() async -> [ToolServer] {
    let records: [ToolServerRecord]
    do throws(StoreError) {
      records = try await setup.database.read { (reader) throws(StoreError) in
        try ToolServerRecord.named(in: reader)
      }
    } catch {
      // What stands goes on; the next look may find the store again.
      return []
    }
    for (name, known) in servers
    where !records.contains(where: { $0.isSame(as: known.record) }) {
      known.server.stop()
      servers[name] = nil
    }
    var begun: [ToolServer] = []
    for record in records where servers[record.name] == nil {
      let server = ToolServer(serverSetup(record))
      servers[record.name] = (record, server)
      begun.append(server)
    }
    return begun
  }

  private nonisolated func serverSetup(_ record: ToolServerRecord) -> ToolServer.Setup {
    let setup = setup
    return ToolServer.Setup(
      connect: { () throws(MCPFailure) in try setup.connect(record) }, pausing: setup.pausing,
      clock: setup.clock, version: setup.version, limits: setup.limits,
      note: { await self.note($0, of: record) })
  }

  private nonisolated func note(_ news: ToolServerNews, of record: ToolServerRecord) async {
    let setup = setup
    do throws(StoreError) {
      let revision = try await setup.database.write { (transaction) throws(StoreError) in
        try ToolServerStory(record: record, setup: setup).note(news, in: transaction)
      }
      if let revision { revisions.withLock { $0[record.name] = revision } }
    } catch {
      // A list that could not be written is asked for again at the begin of the next run.
    }
    setup.observe(record.name, news)
  }
}

/// What runs want of the servers.
extension ToolServers {
  /// Has these servers tell what they offer now, for no longer than a run may wait.
  nonisolated func refresh(_ records: [ToolServerRecord]) async {
    await setup.pausing.rest(for: setup.limits.freshMax) {
      await withDiscardingTaskGroup { group in
        for record in records { group.addTask { await self.refresh(record) } }
      }
    }
  }

  private nonisolated func refresh(_ record: ToolServerRecord) async {
    var server = await server(record)
    while server == nil, !Task.isCancelled {
      let seen = looked.rings
      missed.ring()
      await looked.wait(past: seen)
      server = await self.server(record)
    }
    await server?.refresh()
  }

  private func server(_ record: ToolServerRecord) -> ToolServer? {
    guard let known = servers[record.name], known.record.isSame(as: record) else { return nil }
    return known.server
  }

  /// How often the lists of these servers have changed, once those that are changing have settled,
  /// for which a step does not wait long.
  nonisolated func settled(_ names: [String]) async -> [String: Int64] {
    let servers = await named(names)
    await setup.pausing.rest(for: setup.limits.changeMax) {
      await withDiscardingTaskGroup { group in
        for server in servers { group.addTask { await server.settle() } }
      }
    }
    return revisions.withLock { revisions in revisions.filter { names.contains($0.key) } }
  }

  private func named(_ names: [String]) -> [ToolServer] {
    names.compactMap { servers[$0]?.server }
  }

  /// What comes of a call of a server's tool.
  nonisolated func call(
    _ tool: String, of server: String, _ arguments: WireValue
  ) async throws(MCPFailure) -> MCPResult {
    guard let server = await named([server]).first else {
      throw .unavailable("nobody has begun it")
    }
    return try await server.call(tool, arguments)
  }
}
