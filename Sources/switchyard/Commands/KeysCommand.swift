import ArgumentParser
import Identity
import Store
import Wire

/// `switchyard keys …`.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Shows and replaces the keys that sign tokens, beside a running server or without.",
    subcommands: [List.self, Rotate.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the keys, newest first, without what is secret of them.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Flag(help: "One JSON object a line, on a terminal as well.") var json = false

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let keys = try await TokenCommand.read(in: data) {
          (reader) throws(StoreError) in
          try SigningKeys.records(in: reader)
        }
        Report(json: json).show(all: keys.map { WireValue(encoding: KeyReport($0)) })
      }
    }
  }

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a key that signs from now on.",
      discussion: """
        Tokens of the key before it are taken until they end. Every server of the database signs \
        with the new key from the next token on.
        """)

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Option(
      help: "The server's master key, when it is not the data folder's own.", completion: .file())
    var masterKeyFile: String?

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let keys = SigningKeys(master: try MasterKeys.existing(masterKeyFile, in: data))
        let now = SystemWallClock().now
        let name = try await TokenCommand.write(in: data) {
          (transaction) throws(StoreError) -> String? in
          guard try keys.opens(in: transaction) else { return nil }
          return try keys.rotate(now: now, in: transaction)
        }
        guard let name else {
          throw StartFailure(
            .refused,
            "the key that signs now does not open under this master key; name the server's with "
              + "--master-key-file")
        }
        FileText.print("made \(name)")
      }
    }
  }
}

/// A signing key, without its halves.
struct KeyReport: Coded {
  let name: String
  let createdAt: Timestamp
  let retiredAt: Timestamp?

  init(_ key: SigningKeyRecord) {
    name = key.name
    createdAt = key.createdAt
    retiredAt = key.retiredAt
  }
}
