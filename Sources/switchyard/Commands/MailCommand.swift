import Accounts
import ArgumentParser
import Contract
import Logging
import Mail
import Wire

/// `switchyard mail …`.
struct MailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mail", abstract: "Tries the way that mail takes.", subcommands: [Test.self])

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sends one mail at once and says what became of it.",
      usage: "switchyard mail test <address> [<settings> ...]",
      discussion: SettingsHelp.text)

    @Argument(
      parsing: .allUnrecognized,
      help: ArgumentHelp(
        "Who the mail is for, and settings as for serve.", valueName: "words"),
      completion: .list(SettingsHelp.flags))
    var words: [String] = []

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        guard let first = words.first, !first.hasPrefix("--") else {
          throw StartFailure(.usage, "say who the mail is for, before any setting")
        }
        let address = try UserCommand.address(first)
        let configuration = try SettingsReading.configuration(Array(words.dropFirst()))
        let writer = try ServeCommand.logWriter()
        // What was logged is on standard error before the process ends, also when it fails.
        defer { writer.finish() }
        Signals.ignoreBrokenPipes()
        try Self.send(to: address, configuration, logTo: writer)
      }
    }

    private static func send(
      to address: EmailAddress, _ configuration: Configuration, logTo writer: LogWriter
    ) throws(StartFailure) {
      let wallClock = SystemWallClock()
      let log = Server.log(configuration, wallClock, writer)
      let route = try MailRoutes.route(configuration, data: configuration.data, log: log)
      let id = SystemIdentifiers(wallClock: wallClock).next("mail_")
      do throws(MailFailure) {
        try route.test(to: address, id: id, at: wallClock.now)
      } catch {
        switch error {
        case .temporary(let reason):
          throw StartFailure(.refused, "not sent, a later try may do better: \(reason)")
        case .permanent(let reason): throw StartFailure(.refused, "not sent: \(reason)")
        }
      }
      FileText.print("sent \(id) to \(MailRoutes.place(of: id, configuration))")
    }
  }
}
