import ArgumentParser
import Contract
import Wire

/// Commands that have a run go on, or go another way.
extension RunsCommand {
  struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Allows a call that a run waits with.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var decision: Decision

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        try decision.send("switchyard.runs.v1.Runs/Approve", "approved", by: client)
      }
    }
  }

  struct Reject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Forbids a call that a run waits with; the agent is told, and goes on.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var decision: Decision

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        try decision.send("switchyard.runs.v1.Runs/Reject", "rejected", by: client)
      }
    }
  }

  /// What a decision is about.
  struct Decision: ParsableArguments {
    @Option(help: "Why, for the run's readers and its agent.") var reason: String?
    @Argument(help: "The run.") var run: String
    @Argument(help: "The call; may be left out where one alone waits.") var call: String?

    fileprivate func send(
      _ method: String, _ done: String, by client: ClientOptions
    ) throws(StartFailure) {
      var members = [WireMember("run_id", .text(run))]
      if let call { members.append(WireMember("tool_call_id", .text(call))) }
      if let reason { members.append(WireMember("reason", .text(reason))) }
      let answer = try RunsCommand.ask(method, members, by: client)
      guard case .text(let call)? = answer["tool_call_id"] else { return }
      FileText.print("\(done) \(call)")
      if case .array(let rest)? = answer["waiting"], !rest.isEmpty {
        FileText.complain("\(rest.count) more wait")
      }
    }
  }

  struct Say: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says something to a run that goes on; its agent hears it before it answers.")

    @OptionGroup var client: ClientOptions
    @Flag(help: "As an instruction, not as somebody who takes part.") var system = false
    @Argument(help: "The run.") var run: String
    @Argument(help: "What is said; - reads it from standard input.") var text: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let text =
          text == "-" ? String(decoding: try FileText.readInput(), as: UTF8.self) : text
        let members = [
          WireMember("run_id", .text(run)), WireMember("message", .text(text)),
          WireMember("role", system ? "system" : "user"),
        ]
        _ = try RunsCommand.ask("switchyard.runs.v1.Runs/Inject", members, by: client)
        FileText.print("said to \(run)")
      }
    }
  }

  struct Children: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the runs that a run has started, oldest first.")

    @OptionGroup var client: ClientOptions
    @Flag(help: "One JSON object a line, on a terminal as well.") var json = false
    @Argument(help: "The run.") var run: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let answer = try RunsCommand.ask(
          "switchyard.runs.v1.Runs/Children", [WireMember("run_id", .text(run))], by: client)
        guard case .array(let runs)? = answer["runs"] else { return }
        let report = Report(json: json)
        report.show(all: report.isJSON ? runs : runs.map(RunsCommand.short))
      }
    }
  }
}
