import Accounts
import ArgumentParser
import Identity
import Store
import Wire

extension TokenCommand {
  struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says whether the server would take a token now and, if not, why.",
      discussion: """
        Judging changes nothing: a refresh token stays as good as it is. What a token is held \
        against are the server's settings, so they are read as for serve: from variables, from the \
        file that --config names, and from here.
        """)

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Option(help: "The server's file of settings.", completion: .file()) var config: String?
    @Option(help: "What the server's tokens say of where they are from.") var issuer: String?
    @Option(
      help: "The server's master key, when it is not the data folder's own.", completion: .file())
    var masterKeyFile: String?
    @Flag(help: "One JSON object, on a terminal as well.") var json = false
    @Argument(
      help: "An opaque token, an access token or a refresh token; - reads it from standard input.")
    var token: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let verdict = try await judge(try SettingsReading.configuration(settings))
        Report(json: json).show(WireValue(encoding: VerdictReport(verdict)))
        guard let reason = verdict.reason else { return }
        throw StartFailure(.refused, "the server does not take this token: \(reason)")
      }
    }

    /// What is said here of the server's settings.
    private var settings: [String] {
      var said = ["--data=\(data)"]
      if let config { said.append("--config=\(config)") }
      if let issuer { said.append("--issuer=\(issuer)") }
      if let masterKeyFile { said.append("--master-key-file=\(masterKeyFile)") }
      return said
    }

    private func judge(_ server: Configuration) async throws(StartFailure) -> TokenVerdict {
      // What stands on a command line is seen by every user of the machine.
      let text = token == "-" ? String(decoding: try FileText.readLine(), as: UTF8.self) : token
      let (issuer, now) = (server.issuer, SystemWallClock().now)
      switch TokenVerdict.Kind(of: text) {
      case .opaque:
        return try await ask { (reader) throws(StoreError) in
          try TokenVerdict.opaque(text, at: now, in: reader)
        }
      case .access:
        let lifetime = Int64(server.accounts.accessTokenSeconds)
        return try await ask { (reader) throws(StoreError) in
          try TokenVerdict.access(
            text, issuer: issuer, lifetimeSeconds: lifetime, at: now, in: reader)
        }
      case .refresh:
        let master = try MasterKeys.existing(server.masterKeyFile, in: data)
        let grace = Int64(server.accounts.refreshGraceSeconds) * 1000
        return try await ask { (reader) throws(StoreError) in
          try TokenVerdict.refresh(
            text, master: master, graceMilliseconds: grace, at: now, in: reader)
        }
      }
    }

    private func ask(
      _ read: @escaping @Sendable (borrowing Reader) throws(StoreError) -> TokenVerdict
    ) async throws(StartFailure) -> TokenVerdict {
      let database = try TokenCommand.database(in: data)
      defer { database.close() }
      return try await TokenCommand.store { () async throws(StoreError) in
        try await database.read(read)
      }
    }
  }
}

/// What the server makes of a token, without the token.
struct VerdictReport: Coded {
  static let omitsNil = true

  let kind: String
  let taken: Bool
  let reason: String?
  /// Why the token's session ended before its time.
  let cause: String?
  /// When the token or its session ended.
  let endedAt: Timestamp?

  init(_ verdict: TokenVerdict) {
    kind = verdict.kind.rawValue
    taken = verdict.reason == nil
    reason = verdict.reason?.name
    cause = verdict.reason?.cause?.rawValue
    endedAt = verdict.reason?.moment
  }
}
