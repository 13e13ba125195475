import ArgumentParser
import Contract
import Models
import Runs
import Store
import Wire

/// `switchyard provider …`.
struct ProviderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provider",
    abstract: "Adds, shows, tries and removes providers of models, beside a running server or "
      + "without.",
    subcommands: [Add.self, List.self, Test.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a provider, or changes the one of that name; the next run may use it.",
      discussion: """
        The first one serves runs that name no provider. openai is also what Ollama, vLLM and \
        llama.cpp speak: name where they are by --base-url. The key is the first line of the \
        input, so that it stands in no list of processes; a provider that stays where it was \
        keeps the one it has.
        """)

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Option(
      help: "The server's master key, when it is not the data folder's own.", completion: .file())
    var masterKeyFile: String?
    @Option(help: "How it is spoken to; its name says so when this is absent, else openai.")
    var dialect: ProviderDialect?
    @Option(help: "Where it is; the dialect's own provider when this is absent.")
    var baseURL: String?
    @Option(help: "The model of runs that name none.") var model: String
    @Option(
      help: "The tokens that the model takes in at once; what is said before is shortened to fit.")
    var contextTokens: Int?
    @Option(
      help: ArgumentHelp(
        "What a million tokens cost that the model reads, in US dollars, such as 2.50.",
        valueName: "usd"))
    var inputPrice: String?
    @Option(
      help: ArgumentHelp("What a million tokens cost that the model writes.", valueName: "usd"))
    var outputPrice: String?
    @Option(
      help: "The model that turns texts into vectors, by which memories are found; none if absent.")
    var embeddingModel: String?
    @OptionGroup var way: ProviderRouteOptions
    @Flag(help: "Read the key from the first line of the input.") var keyStdin = false
    @Argument(help: "What runs call it by.") var name: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        try checkNames()
        let prices = try prices()
        let dialect = dialect ?? ProviderDialect(rawValue: name) ?? .openai
        guard embeddingModel == nil || dialect.hasEmbeddings else {
          throw StartFailure(
            .usage, "--embedding-model: \(dialect.rawValue) has no models that give vectors")
        }
        let address = baseURL.map(ProviderAddress.init) ?? dialect.standardAddress
        guard let address else {
          throw StartFailure(.usage, "--base-url: http:// or https://, a host and no credentials")
        }
        let master = try MasterKeys.existing(masterKeyFile, in: data)
        let open = try way.route()
        // Lines of the input in their order: the key's, then the proxy's.
        let key = keyStdin ? try ProviderCommand.key() : nil
        let route = try way.completing(open)
        let record = ProviderRecord(
          name: name, dialect: dialect, address: address, model: model,
          contextTokens: contextTokens, prices: prices, route: route,
          embeddingModel: embeddingModel, key: key,
          sealedUnder: master,
          at: SystemWallClock().now)
        try await TokenCommand.write(in: data) { (transaction) throws(StoreError) in
          try record.put(in: transaction)
        }
        FileText.print("added \(name): \(dialect.rawValue) at \(address.text), \(model)")
      }
    }

    /// The prices; nil where there are none.
    private func prices() throws(StartFailure) -> TokenPrices? {
      guard let inputPrice, let outputPrice else {
        guard inputPrice == nil, outputPrice == nil else {
          throw StartFailure(.usage, "--input-price and --output-price go together")
        }
        return nil
      }
      return TokenPrices(
        input: try Self.price(inputPrice, of: "--input-price"),
        output: try Self.price(outputPrice, of: "--output-price"))
    }

    private static func price(_ text: String, of flag: String) throws(StartFailure) -> Dollars {
      do throws(DollarsProblem) {
        return try Dollars(text, in: ProviderRecord.priceRange)
      } catch {
        throw StartFailure(.usage, "\(flag): \(error.message)")
      }
    }

    private func checkNames() throws(StartFailure) {
      let lengths = [
        ("the name", name, ProviderRecord.nameMax), ("--model", model, ProviderRecord.modelMax),
        ("--embedding-model", embeddingModel ?? model, ProviderRecord.modelMax),
      ]
      for (part, text, most) in lengths
      where !(1...most).contains(text.unicodeScalars.count) {
        throw StartFailure(.usage, "\(part): 1 to \(most) letters")
      }
      guard (1024...100_000_000).contains(contextTokens ?? 1024) else {
        throw StartFailure(.usage, "--context-tokens: 1,024 to 100,000,000")
      }
      guard !ConfiguredProviders.ownNames.contains(name) else {
        throw StartFailure(.refused, "\(name) is a provider that every server has")
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the providers in the order in which they were added, without their keys.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Flag(help: "One JSON object a line, on a terminal as well.") var json = false

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let providers = try await TokenCommand.read(in: data) {
          (reader) throws(StoreError) in
          try ProviderRecord.all(in: reader)
        }
        Report(json: json).show(all: providers.map { WireValue(encoding: ProviderReport($0)) })
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Removes a provider and its key; runs that are under way go on with it.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Argument(help: "What runs call it by.") var name: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let name = name
        let isRemoved = try await TokenCommand.write(in: data) {
          (transaction) throws(StoreError) in
          try ProviderRecord.remove(name, in: transaction)
        }
        guard isRemoved else { throw ProviderCommand.unknown(name) }
        FileText.print("removed \(name)")
      }
    }
  }

  static func unknown(_ name: String) -> StartFailure {
    StartFailure(.refused, "there is no provider \(name)")
  }

  /// The key in the first line of standard input.
  static func key() throws(StartFailure) -> [UInt8] {
    let line = try Terminal.withoutEcho { () throws(StartFailure) in try FileText.readLine() }
    guard let text = String(validating: line, as: UTF8.self), ProviderKey(text) != nil else {
      throw StartFailure(
        .refused, "a key is 1 to \(ProviderKey.bytesMax) visible characters of ASCII")
    }
    return line
  }
}

extension ProviderDialect: ExpressibleByArgument {}

/// A provider as operators see it.
struct ProviderReport: Coded {
  let name: String
  let dialect: String
  let address: String
  let model: String
  let contextTokens: Int64?
  /// US dollars for a million tokens, as decimal numbers.
  let inputPrice: String?
  let outputPrice: String?
  let embeddingModel: String?
  let hasKey: Bool
  /// The certificates that it is held against in place of the machine's; of these and the rest, nil
  /// is the standard.
  let ownCertificates: Int64?
  let proxy: String?
  let hasProxyLogin: Bool?
  let connectTimeout: Int64?
  let silenceTimeout: Int64?
  let createdAt: Timestamp
  let updatedAt: Timestamp

  init(_ record: ProviderRecord) {
    name = record.name
    dialect = record.dialect.rawValue
    address = record.address.text
    model = record.model
    contextTokens = record.contextTokens.map { Int64($0) }
    inputPrice = record.prices?.input.text
    outputPrice = record.prices?.output.text
    embeddingModel = record.embeddingModel
    hasKey = record.hasKey
    let (route, standard) = (record.route, ProviderRoute.standard)
    ownCertificates = route.authority == nil ? nil : Int64(route.authorityCount)
    proxy = route.proxy.text
    hasProxyLogin = record.hasProxyLogin ? true : nil
    connectTimeout = route.connectTimeout.seconds(besides: standard.connectTimeout)
    silenceTimeout = route.silenceTimeout.seconds(besides: standard.silenceTimeout)
    createdAt = record.createdAt
    updatedAt = record.updatedAt
  }
}

extension Duration {
  /// The whole seconds; nil where it is as long as the other.
  fileprivate func seconds(besides standard: Duration) -> Int64? {
    self == standard ? nil : components.seconds
  }
}
