import ArgumentParser
import Contract
import Models
import Runs
import Store
import Synchronization
import Wire

extension ProviderCommand {
  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Asks a provider for a few words, and says what went to and fro.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Option(
      help: "The server's master key, when it is not the data folder's own.", completion: .file())
    var masterKeyFile: String?
    @Option(help: "The model; the provider's own when this is absent.") var model: String?
    @Argument(help: "What runs call it by.") var name: String

    /// Tokens that are shown, and the most that the answer may have.
    private static let shownMax = 8
    private static let tokensMax = 64
    /// How long a vector may take.
    private static let vectorsMax: Duration = .seconds(30)

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let (endpoint, embeddingModel) = try await endpoint()
        let wallClock = SystemWallClock()
        Signals.ignoreBrokenPipes()
        guard let curl = CurlTransport(wallClock: wallClock) else {
          throw StartFailure(.system, "this needs a libcurl of 7.68 or newer")
        }
        for line in endpoint.route.lines { FileText.print(line) }
        let watch = WatchedTransport(curl)
        let remote = RemoteModel(
          model.map(endpoint.serving) ?? endpoint, over: watch, policy: Self.once,
          pause: { _ throws(ModelError) in }, onRetry: nil)
        let shown = Mutex<[String]>([])
        do throws(ModelError) {
          let completion = try await remote.complete(Self.greeting(at: wallClock.now)) {
            (token, _) throws(ModelError) in
            watch.noteToken()
            shown.withLock { if $0.count < Self.shownMax { $0.append(token) } }
          }
          watch.report()
          FileText.print("tokens: \(shown.withLock { $0.joined() })")
          let cost = endpoint.prices?.cost(of: completion.usage)
          FileText.print(
            "usage: \(completion.usage.promptTokens) read, "
              + "\(completion.usage.completionTokens) written"
              + (cost.map { ", $\($0.text)" } ?? ""))
          guard let embeddingModel else { return }
          let embedder = Embedder(endpoint.serving(embeddingModel), over: curl)
          let vectors = try await embedder?.vectors(
            of: ["hello"], for: .question, within: Self.vectorsMax)
          FileText.print("vectors: \(vectors?.first?.values.count ?? 0) numbers each")
        } catch {
          watch.report()
          throw StartFailure(.refused, "\(error.code): \(error.message)")
        }
      }
    }

    private func endpoint() async throws(StartFailure) -> (ProviderEndpoint, String?) {
      let master = try MasterKeys.existing(masterKeyFile, in: data)
      let name = name
      let record = try await TokenCommand.read(in: data) {
        (reader) throws(StoreError) in
        try ProviderRecord.find(name, in: reader)
      }
      guard let record else { throw ProviderCommand.unknown(name) }
      guard let endpoint = record.endpoint(openedBy: master) else {
        throw StartFailure(.refused, "the key of \(name) does not open under this master key")
      }
      return (endpoint, record.embeddingModel)
    }

    /// A wrong answer is told of, and not waited out.
    private static let once = RetryPolicy(
      attemptsMax: 1, firstDelay: .zero, delayMax: .zero, retryAfterMax: .zero, jitter: { $0 })

    private static func greeting(at now: Timestamp) -> Conversation {
      Conversation(
        system: nil, messages: [], input: "Say hello in one short sentence.", exchanges: [],
        tools: [], toolCallsMax: 0, now: now.milliseconds,
        parameters: Conversation.Parameters(temperature: nil, maxTokens: tokensMax))
    }
  }
}

/// A transport that remembers what went to and fro, and when.
private final class WatchedTransport: ProviderTransport {
  private struct Record {
    var request = ""
    var status: Int?
    var began: Int64 = 0
    var headAt: Int64?
    var tokenAt: Int64?
  }

  private let transport: CurlTransport
  private let record = Mutex(Record())

  init(_ transport: CurlTransport) { self.transport = transport }

  nonisolated(nonsending) func open(
    _ request: ProviderRequest
  ) async throws(ModelError) -> any ProviderResponse {
    record.withLock {
      $0.request = Self.line(of: request)
      $0.began = SystemMonotonicClock().nanoseconds
    }
    let response = try await transport.open(request)
    record.withLock {
      $0.status = response.status
      $0.headAt = SystemMonotonicClock().nanoseconds
    }
    return response
  }

  func noteToken() {
    record.withLock { if $0.tokenAt == nil { $0.tokenAt = SystemMonotonicClock().nanoseconds } }
  }

  /// The request line as the provider sees it, and where that is.
  private static func line(of request: ProviderRequest) -> String {
    let scheme = request.url.prefix { $0 != ":" }
    let rest = request.url.dropFirst(scheme.count + "://".count)
    let host = rest.prefix { $0 != "/" }
    return "\(request.verb.rawValue) \(rest.dropFirst(host.count)) to \(scheme)://\(host), "
      + "\(request.body.count) bytes"
  }

  /// Prints what is known, a line for each.
  func report() {
    let record = record.withLock { $0 }
    let milliseconds = { (moment: Int64) in "\((moment - record.began) / 1_000_000) ms" }
    FileText.print("request: \(record.request)")
    if let status = record.status, let headAt = record.headAt {
      FileText.print("status: \(status) after \(milliseconds(headAt))")
    }
    if let tokenAt = record.tokenAt {
      FileText.print("first token: after \(milliseconds(tokenAt))")
    }
  }
}
