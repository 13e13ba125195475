import ArgumentParser
import Contract
import Models
import Runs
import Store
import Synchronization
import Wire

extension MCPCommand {
  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Begins a server of tools, and says what it offers.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Option(
      help: "The server's master key, when it is not the data folder's own.", completion: .file())
    var masterKeyFile: String?
    @Flag(help: "One JSON object a line, on a terminal as well.") var json = false
    @Argument(help: "What skills call it by.") var name: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        guard let record = try await MCPCommand.all(in: data).first(where: { $0.name == name })
        else { throw MCPCommand.unknown(name) }
        Signals.ignoreBrokenPipes()
        let links = ToolLinks(
          data: data, master: try MasterKeys.existing(masterKeyFile, in: data),
          transport: CurlTransport(wallClock: SystemWallClock()),
          complained: { FileText.complain("\($0): \($1)") })
        let heard = HeardNews()
        await Self.ask(record, links, heard)
        let (tools, failure) = heard.all
        guard let tools else {
          let reason = failure.map { "\($0.code): \($0.message)" } ?? "timed_out: no list in time"
          throw StartFailure(.refused, reason)
        }
        Report(json: json).show(all: tools.map { WireValue(encoding: OfferedTool($0)) })
      }
    }

    /// Begins the server, and ends it once it has given its list or failed.
    private static func ask(
      _ record: ToolServerRecord, _ links: ToolLinks, _ heard: HeardNews
    ) async {
      let limits = ToolServerLimits()
      let server = ToolServer(
        ToolServer.Setup(
          connect: { () throws(MCPFailure) in try links.connect(record) },
          pausing: SystemPausing(), clock: SystemMonotonicClock(), version: Version.text,
          limits: limits, note: { heard.note($0) }))
      await withDiscardingTaskGroup { group in
        group.addTask { await server.work() }
        await SystemPausing().rest(for: limits.answerMax * 2) { await server.refresh() }
        server.stop()
      }
    }
  }
}

/// What was heard of a server that is tried.
private final class HeardNews: Sendable {
  private let state = Mutex<(tools: [MCPTool]?, failure: MCPFailure?)>((nil, nil))

  var all: (tools: [MCPTool]?, failure: MCPFailure?) { state.withLock { $0 } }

  func note(_ news: ToolServerNews) {
    state.withLock { state in
      switch news {
      case .ready: return
      case .listed(let tools): state.tools = tools
      case .failed(let failure, _): state.failure = failure
      }
    }
  }
}

/// A tool as it is shown to operators.
struct OfferedTool: Coded {
  let name: String
  let changes: Bool
  let description: String

  init(_ tool: MCPTool) {
    name = tool.name
    changes = !tool.isReadOnly
    description = tool.summary
  }
}
