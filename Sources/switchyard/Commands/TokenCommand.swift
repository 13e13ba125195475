import ArgumentParser
import Contract
import Identity
import Store
import Wire

/// `switchyard token …`.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Makes, shows, judges and ends tokens, beside a running server or without.",
    subcommands: [Mint.self, Inspect.self, Why.self, Revoke.self])

  /// The store of a data folder, for one command.
  static func database(in path: String) throws(StartFailure) -> Database {
    try Server.opening { () throws(StoreError) in
      let folder = try DataFolder.open(path)
      return try Database(
        at: .file(folder.databasePath), migrations: Server.migrations, configuration: .standard,
        monotonic: { UInt64(clamping: SystemMonotonicClock().nanoseconds) }, observe: { _ in })
    }
  }

  /// Reads from the store of a data folder.
  static func read<Output: Sendable>(
    in path: String,
    _ body: @escaping @Sendable (borrowing Reader) throws(StoreError) -> Output
  ) async throws(StartFailure) -> Output {
    let database = try database(in: path)
    defer { database.close() }
    return try await store { () async throws(StoreError) in try await database.read(body) }
  }

  /// Changes the store of a data folder.
  static func write<Output: Sendable>(
    in path: String,
    _ body: @escaping @Sendable (borrowing Transaction) throws(StoreError) -> Output
  ) async throws(StartFailure) -> Output {
    let database = try database(in: path)
    defer { database.close() }
    return try await store { () async throws(StoreError) in try await database.write(body) }
  }

  struct Mint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Makes a token; it is shown once.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Option(help: "What the token is for.") var name = "token"
    @Option(help: "What it allows: read, write, admin, with commas.") var scope = "read,write"
    @Option(help: "The only organisation it may name.") var org: String?
    @Option(help: "The only user it may name.") var user: String?
    @Option(help: "The only project it may name.") var project: String?
    @Option(help: "Days until it ends; for ever when absent.") var days: Int?
    @Flag(help: "One JSON object.") var json = false

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let wallClock = SystemWallClock()
        let now = wallClock.now
        let names = scope.split(separator: ",").map(String.init)
        let permissions = names.compactMap(Permission.init(rawValue:))
        guard permissions.count == names.count, !permissions.isEmpty else {
          throw StartFailure(.usage, "--scope: read, write or admin, with commas")
        }
        guard days.map({ (1...36_500).contains($0) }) ?? true else {
          throw StartFailure(.usage, "--days: from 1 to 36500")
        }
        let secret = TokenSecret.make()
        let record = TokenRecord(
          id: SystemIdentifiers(wallClock: wallClock).next("tok_"), name: name,
          permissions: Set(permissions), organisation: org, user: user, project: project,
          createdAt: now,
          expiresAt: days.map { Timestamp(milliseconds: now.milliseconds + Int64($0) * 86_400_000) }
        )
        try await TokenCommand.write(in: data) { (transaction) throws(StoreError) in
          try record.insert(secret, in: transaction)
        }
        let answer: WireValue = ["id": .text(record.id), "token": .text(secret.text)]
        if json { Report(json: true).show(answer) } else { FileText.print(secret.text) }
        if !json, Terminal.isError {
          FileText.complain("id \(record.id); the token is shown this once")
        }
      }
    }
  }

  struct Inspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows what a token is.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Flag(help: "One JSON object, on a terminal as well.") var json = false
    @Argument(help: "The token or its id.") var token: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let database = try TokenCommand.database(in: data)
        defer { database.close() }
        guard let record = try await TokenCommand.record(of: token, in: database) else {
          throw StartFailure(.refused, "there is no such token")
        }
        Report(json: json).show(
          WireValue(encoding: TokenReport(record, at: SystemWallClock().now)))
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends a token; running servers know within a second.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Argument(help: "The token or its id.") var token: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let database = try TokenCommand.database(in: data)
        defer { database.close() }
        let (record, now) = (
          try await TokenCommand.record(of: token, in: database), SystemWallClock().now
        )
        guard let id = record?.id else { throw StartFailure(.refused, "there is no such token") }
        let isEnded = try await TokenCommand.store { () async throws(StoreError) in
          try await database.write { (transaction) throws(StoreError) in
            try TokenRecord.revoke(id: id, at: now, in: transaction)
          }
        }
        guard isEnded else { throw StartFailure(.refused, "\(id) was revoked before") }
        FileText.print("revoked \(id)")
      }
    }
  }

  /// The record of a token, told by itself or by its id.
  static func record(
    of text: String, in database: Database
  ) async throws(StartFailure) -> TokenRecord? {
    try await store { () async throws(StoreError) in
      try await database.read { (reader) throws(StoreError) in
        text.hasPrefix(TokenSecret.prefix)
          ? try TokenRecord.find(hash: TokenSecret(text: text).hash, in: reader)
          : try TokenRecord.find(id: text, in: reader)
      }
    }
  }

  /// Runs a step of the store for a command.
  static func store<T: Sendable>(
    _ step: () async throws(StoreError) -> T
  ) async throws(StartFailure) -> T {
    do throws(StoreError) {
      return try await step()
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
  }
}

/// What a token is, without its secret.
struct TokenReport: Coded {
  let id: String
  let name: String
  let permissions: [String]
  let orgID: String?
  let userID: String?
  let projectID: String?
  let createdAt: Timestamp
  let expiresAt: Timestamp?
  let revokedAt: Timestamp?
  let live: Bool

  init(_ record: TokenRecord, at now: Timestamp) {
    id = record.id
    name = record.name
    permissions = record.permissions.map(\.rawValue).sorted()
    orgID = record.organisation
    userID = record.user
    projectID = record.project
    createdAt = record.createdAt
    expiresAt = record.expiresAt
    revokedAt = record.revokedAt
    live = record.isLive(at: now)
  }
}
