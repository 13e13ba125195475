import Accounts
import ArgumentParser
import Curl
import Gateway
import Glibc
import Logging
import Runs
import Store
import Wire

/// `switchyard serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Runs the server.", discussion: SettingsHelp.text)

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("Settings, as listed above.", valueName: "settings"),
    completion: .list(SettingsHelp.flags))
  var settings: [String] = []

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      let began = SystemMonotonicClock().nanoseconds
      let configuration = try SettingsReading.configuration(settings)
      let writer = try Self.logWriter()
      // What was logged is on standard error before the process ends, also when it fails.
      defer { writer.finish() }
      let supervisor = try Supervisor(SettingsReading.environment)
      let server = try await Server.open(configuration, startedBy: supervisor, logTo: writer)
      try await serve(server, supervisor, since: began)
    }
  }

  /// What writes the log to standard error.
  static func logWriter() throws(StartFailure) -> LogWriter {
    do throws(SystemError) {
      return try LogWriter(to: STDERR_FILENO)
    } catch {
      throw StartFailure(.system, "\(error)")
    }
  }

  /// Accepts, works and waits for the end.
  private func serve(
    _ server: consuming Server, _ supervisor: Supervisor, since began: Int64
  ) async throws(StartFailure) {
    let server = server
    let ending = server.ending
    let listener = server.listener
    let reload = server.reloading
    let log = server.log
    let url = server.facts.url
    do throws(SystemError) {
      try Signals.listen { number in
        if number == SIGHUP {
          supervisor.reloading()
          reload()
          return supervisor.ready(at: url)
        }
        // The second signal does not wait for anything.
        guard ending.begin() else { _exit(1) }
        log.notice("draining")
        supervisor.stopping()
        listener.drain()
      }
      try listener.start()
    } catch {
      throw StartFailure(.system, "\(error)")
    }
    log.info(
      "listening",
      metadata: [
        "url": "\(server.facts.url)", "data": "\(server.facts.data)", "version": "\(Version.text)",
      ])
    Banner.show(
      server.facts, milliseconds: (SystemMonotonicClock().nanoseconds - began) / 1_000_000)
    supervisor.ready(at: url)
    let workers = server.workers
    await withTaskGroup(of: Void.self) { group in
      for work in workers { group.addTask { await work() } }
      // Workers end only when they are cancelled, and they are when the last connection has gone.
      await Self.wait(for: listener)
      group.cancelAll()
      await server.farewell()
      // Threads that wait for others are not reached by that.
      CurlLibrary.giveUp()
    }
    server.database.close()
    log.notice("stopped")
  }

  /// Returns when the listener has ended; the waiting is done by a thread of its own.
  private static func wait(for listener: Listener) async {
    await withCheckedContinuation { continuation in
      do throws(SystemError) {
        try SystemThread.detach(name: "ending") {
          listener.waitUntilEnded()
          continuation.resume()
        }
      } catch {
        continuation.resume()
      }
    }
  }
}
