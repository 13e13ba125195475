import ArgumentParser
import Contract
import Models
import Runs
import Store
import Wire

/// `switchyard mcp …`.
struct MCPCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract: "Adds, shows, tries and removes servers of tools, beside a running server or "
      + "without.",
    subcommands: [Add.self, List.self, Test.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a server that speaks the Model Context Protocol, or changes the one of that "
        + "name.",
      discussion: """
        Runs may use it once a skill with the provider mcp names it by its entry_path. A command \
        is started by the server when a skill names it, without a shell, in a folder of its own, \
        with PATH, HOME and LANG in its environment and what --env names besides: the value is \
        this command's own, and is kept sealed. The token is the first line of the input. A \
        server that stays where it was keeps what it is told.
        """)

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Option(
      help: "The server's master key, when it is not the data folder's own.", completion: .file())
    var masterKeyFile: String?
    @Option(help: "The program that is the server, and its arguments; quotes keep words together.")
    var command: String?
    @Option(help: "A variable of this environment that the program is given as well.")
    var env: [String] = []
    @Option(help: "Where the server is, when it speaks HTTP.") var url: String?
    @Flag(help: "Read a bearer token from the first line of the input.") var tokenStdin = false
    @Option(help: "The only organisation that may use it.") var org: String?
    @Argument(help: "What skills call it by.") var name: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        guard MCPName.isServer(name) else {
          throw StartFailure(
            .usage, "the name: 1 to \(MCPName.max) of A-Z a-z 0-9 _ . -, a letter or digit first")
        }
        let place = try place()
        let master = try MasterKeys.existing(masterKeyFile, in: data)
        let record = ToolServerRecord(
          name: name, organisation: org, place: place, secrets: try secrets(),
          sealedUnder: master, at: SystemWallClock().now)
        let name = name
        let isAdded = try await TokenCommand.write(in: data) { (transaction) throws(StoreError) in
          let known = try ToolServerRecord.all(in: transaction)
          guard
            known.count < ToolServerRecord.countMax || known.contains(where: { $0.name == name })
          else { return false }
          try record.put(in: transaction)
          return true
        }
        guard isAdded else {
          throw StartFailure(.refused, "there are \(ToolServerRecord.countMax) servers already")
        }
        FileText.print("added \(name): \(ToolServerReport.text(of: place))")
      }
    }

    private func place() throws(StartFailure) -> ToolServerRecord.Place {
      switch (command, url) {
      case (let command?, nil):
        guard !tokenStdin else { throw StartFailure(.usage, "--token-stdin goes with --url") }
        guard command.utf8.count <= ToolServerRecord.commandBytesMax,
          let words = CommandWords.split(command), !words.isEmpty,
          words.count <= ToolServerRecord.wordsMax
        else {
          throw StartFailure(
            .usage, "--command: 1 to \(ToolServerRecord.wordsMax) words, and quotes that end")
        }
        return .command(words)
      case (nil, let url?):
        guard env.isEmpty else { throw StartFailure(.usage, "--env goes with --command") }
        guard ProviderAddress(url) != nil else {
          throw StartFailure(.usage, "--url: http:// or https://, a host and no credentials")
        }
        return .url(url)
      default: throw StartFailure(.usage, "one of --command and --url")
      }
    }

    private func secrets() throws(StartFailure) -> ToolServerRecord.Secrets? {
      if tokenStdin {
        let token = try ProviderCommand.key()
        return ToolServerRecord.Secrets(
          variables: [], token: String(decoding: token, as: UTF8.self))
      }
      guard !env.isEmpty else { return nil }
      guard env.count <= ToolServerRecord.variablesMax else {
        throw StartFailure(.usage, "--env: \(ToolServerRecord.variablesMax) at most")
      }
      let environment = SettingsReading.environment
      var variables: [(name: String, value: String)] = []
      for name in env {
        guard let value = environment[name],
          value.utf8.count <= ToolServerRecord.valueBytesMax,
          !variables.contains(where: { $0.name == name })
        else {
          throw StartFailure(
            .usage,
            "--env \(name): a variable of this environment, once, and at most "
              + "\(ToolServerRecord.valueBytesMax) bytes of it")
        }
        variables.append((name, value))
      }
      return ToolServerRecord.Secrets(variables: variables, token: nil)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the servers of tools, without what they are told.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Flag(help: "One JSON object a line, on a terminal as well.") var json = false

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let servers = try await MCPCommand.all(in: data)
        Report(json: json).show(all: servers.map { WireValue(encoding: ToolServerReport($0)) })
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Removes a server of tools and what it is told; one that runs is ended.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Argument(help: "What skills call it by.") var name: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let name = name
        let isRemoved = try await TokenCommand.write(in: data) {
          (transaction) throws(StoreError) in
          try ToolServerRecord.remove(name, in: transaction)
        }
        guard isRemoved else { throw MCPCommand.unknown(name) }
        FileText.print("removed \(name)")
      }
    }
  }

  static func all(in data: String) async throws(StartFailure) -> [ToolServerRecord] {
    try await TokenCommand.read(in: data) { (reader) throws(StoreError) in
      try ToolServerRecord.all(in: reader)
    }
  }

  static func unknown(_ name: String) -> StartFailure {
    StartFailure(.refused, "there is no server of tools \(name)")
  }
}

/// A server of tools as operators see it.
struct ToolServerReport: Coded {
  let name: String
  let place: String
  let orgID: String?
  let variables: String
  let hasSecrets: Bool
  let tools: Int
  let createdAt: Timestamp
  let updatedAt: Timestamp

  init(_ record: ToolServerRecord) {
    name = record.name
    place = Self.text(of: record.place)
    orgID = record.organisation
    variables = record.variables.joined(separator: " ")
    hasSecrets = record.hasSecrets
    tools = record.tools.count
    createdAt = record.createdAt
    updatedAt = record.updatedAt
  }

  static func text(of place: ToolServerRecord.Place) -> String {
    switch place {
    case .command(let words): words.joined(separator: " ")
    case .url(let url): url
    }
  }
}
