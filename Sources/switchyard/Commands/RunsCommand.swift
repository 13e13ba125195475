import ArgumentParser
import Contract
import Models
import Runs
import Wire

/// `switchyard runs …`.
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Lists, shows and ends runs, and says things to them.",
    subcommands: [
      List.self, Show.self, Children.self, Cancel.self, Approve.self, Reject.self, Say.self,
    ])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists runs, newest first; every condition must hold.")

    @OptionGroup var client: ClientOptions

    @Option(help: "Where they stand; may be given more than once.") var status: [String] = []
    @Option(help: "Their session.") var session: String?
    @Option(help: "Their agent.") var agent: String?
    @Option(help: "What stands in their input or output.") var text: String?
    @Option(help: "A member of their metadata, name:value; may be given more than once.")
    var metadata: [String] = []
    @Option(help: "Made at that moment or later, such as 2026-11-27T00:00:00Z.")
    var after: String?
    @Option(help: "Made before that moment.") var before: String?
    @Option(help: "The last run of the page before.") var cursor: String?
    @Option(help: "The most that are listed, up to 100.") var limit = 20
    @Flag(help: "One JSON object a line, on a terminal as well.") var json = false

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        var members = [WireMember("limit", .integer(Int64(limit)))]
        let texts = [
          ("session_key", session), ("agent_id", agent), ("q", text), ("created_after", after),
          ("created_before", before), ("cursor", cursor),
        ]
        for (name, value) in texts {
          if let value { members.append(WireMember(.text(name), .text(value))) }
        }
        for (name, values) in [("status", status), ("metadata", metadata)] where !values.isEmpty {
          members.append(WireMember(.text(name), .array(values.map { .text($0) })))
        }
        let answer = try RunsCommand.ask("switchyard.runs.v1.Runs/Search", members, by: client)
        guard case .array(let runs)? = answer["runs"] else { return }
        let report = Report(json: json)
        report.show(all: report.isJSON ? runs : runs.map(RunsCommand.short))
        if !report.isJSON, case .text(let cursor)? = answer["next_cursor"] {
          FileText.complain("more: --cursor \(cursor)")
        }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows a run.")

    @OptionGroup var client: ClientOptions
    @Flag(help: "One JSON object, on a terminal as well.") var json = false
    @Argument(help: "The run.") var run: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let members = [WireMember("run_id", .text(run))]
        let answer = try RunsCommand.ask("switchyard.runs.v1.Runs/Get", members, by: client)
        let report = Report(json: json)
        report.show(report.isJSON ? answer : RunsCommand.priced(answer))
      }
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends a run early; the wish is on disk when the command ends.")

    @OptionGroup var client: ClientOptions
    @Option(help: "Why, for the run's last event.") var reason: String?
    @Argument(help: "The run.") var run: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        var members = [WireMember("run_id", .text(run))]
        if let reason { members.append(WireMember("reason", .text(reason))) }
        _ = try RunsCommand.ask("switchyard.runs.v1.Runs/Cancel", members, by: client)
        FileText.print("cancelled \(run)")
      }
    }
  }

  /// What a table has room for.
  static func short(_ run: WireValue) -> WireValue {
    .map(
      ["run_id", "status", "created_at", "duration_ms", "session_key", "agent_id", "output"].map {
        WireMember(.text($0), run[$0] ?? .null)
      })
  }

  /// A run with what it cost as people write it, where it cost something.
  private static func priced(_ run: WireValue) -> WireValue {
    guard case .integer(let micros)? = run["usage"]?["cost_micro_usd"] else { return run }
    var run = run
    run["usage"]?["cost_micro_usd"] = nil
    if micros > 0 { run["usage"]?["cost"] = .text("$\(Dollars(clamping: micros).text)") }
    return run
  }

  /// The answer of a method of the server.
  static func ask(
    _ name: String, _ members: [WireMember], by client: ClientOptions
  ) throws(StartFailure) -> WireValue {
    let target = try client.target()
    let call = try MethodCall(try CallCommand.find(name), members: members)
    let body = try client.read(call, from: target, over: try client.connect(target))
    do throws(DecodeError) {
      return try WireValue(json: body)
    } catch {
      throw StartFailure(.refused, "the answer does not read: \(error.message)")
    }
  }
}
