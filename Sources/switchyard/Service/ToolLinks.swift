import Contract
import Identity
import Logging
import Models
import Processes
import Runs
import Store
import Wire

/// Makes the links to servers of tools: programs that are started, and servers that speak HTTP.
struct ToolLinks: Sendable {
  private let folder: String
  private let master: MasterKey
  private let transport: CurlTransport?
  /// Hears a line that the program of that server complains of.
  private let complained: @Sendable (_ server: String, _ line: String) -> Void

  /// The variables of this process that every program is given.
  private static let inherited = ["PATH", "HOME", "LANG"]
  /// The folder of the data folder in which programs have theirs.
  static let folderName = "mcp"

  init(
    data: String, master: MasterKey, transport: CurlTransport?,
    complained: @escaping @Sendable (_ server: String, _ line: String) -> Void
  ) {
    folder = FileText.absolute(data)
    self.master = master
    self.transport = transport
    self.complained = complained
  }

  /// A link to a server.
  func connect(_ record: ToolServerRecord) throws(MCPFailure) -> any MCPLink {
    guard let secrets = record.secrets(openedBy: master) else {
      throw .unavailable("what it is told does not open under this master key")
    }
    switch record.place {
    case .command(let words):
      let complained = complained
      return try ProcessLink(
        ChildProcess.Command(
          words: words, variables: Self.variables(secrets), folder: try home(of: record.name))
      ) { complained(record.name, $0) }
    case .url(let url):
      guard let transport else { throw .unavailable("this machine has no libcurl to reach it by") }
      return MCPHTTPLink(
        MCPHTTPLink.Place(url: url, token: secrets.token.flatMap(ProviderKey.init)),
        over: transport, pausing: SystemPausing())
    }
  }

  /// The folder in which a program begins.
  private func home(of server: String) throws(MCPFailure) -> String {
    do throws(StoreError) {
      let folder = try DataFolder.open(folder)
      let name = "\(Self.folderName)/\(server)"
      try folder.makeFolder(Self.folderName)
      try folder.makeFolder(name)
      return folder.path(of: name)
    } catch {
      throw .unavailable("it has no folder to begin in")
    }
  }

  private static func variables(_ secrets: ToolServerRecord.Secrets) -> [String] {
    let environment = SettingsReading.environment
    let own = secrets.variables.map { "\($0.name)=\($0.value)" }
    let names = Set(secrets.variables.map(\.name))
    return own
      + inherited.filter { !names.contains($0) }.compactMap { name in
        environment[name].map { "\(name)=\($0)" }
      }
  }
}
