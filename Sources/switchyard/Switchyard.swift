import ArgumentParser

/// The one binary: a server, and the commands that go with it.
@main
struct Switchyard: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switchyard",
    abstract: "Serves agent runs, memory, coach events, operations and accounts over HTTP/2.",
    discussion: """
      Exit codes: 0 done, 1 the server refused, 64 wrong command line, 66 a file cannot be used, \
      69 no server answers, 70 our bug, 71 the system refused, 73 the data folder cannot be used, \
      75 the folder or port is in use, 78 configuration or database does not fit.
      """,
    version: Version.text,
    subcommands: [
      ServeCommand.self, RunCommand.self, RunsCommand.self, CallCommand.self, WatchCommand.self,
      ExplainCommand.self,
      BenchCommand.self,
      TokenCommand.self, UserCommand.self, KeysCommand.self, MailCommand.self,
      ProviderCommand.self, MCPCommand.self,
      CertificateCommand.self, CBORCommand.self, ConfigurationCommand.self, AuditCommand.self,
      ManualCommand.self, CompletionsCommand.self,
    ])
}

extension AsyncParsableCommand {
  /// Runs a command's work and ends the process with the code of what went wrong.
  func ending(_ work: () async throws(StartFailure) -> Void) async throws {
    do throws(StartFailure) {
      try await work()
    } catch {
      FileText.complain("switchyard: \(error)")
      throw ExitCode(error.kind.rawValue)
    }
  }
}
