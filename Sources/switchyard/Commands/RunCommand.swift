import ArgumentParser
import Contract
import Gateway
import Negotiation
import Runs
import Wire

/// `switchyard run TEXT`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Asks an agent, or a group, and shows the answer as it comes.",
    discussion: """
      In a pipe the answer alone goes to standard output; what tools were used for it, to standard \
      error.
      """)

  @OptionGroup var client: ClientOptions

  @Option(help: "The session that the run belongs to: s_ and letters, digits, underscores.")
  var session: String?
  @Option(help: "The agent that answers.") var agent: String?
  @Option(help: "The group that answers, in the place of an agent.") var group: String?
  @Option(help: "The provider of the model.") var provider: String?
  @Option(help: "The provider's name for the model.") var model: String?
  @Option(help: "ask has the run wait for people before it uses a tool of high risk, deny not.")
  var approvals: String?
  @Flag(help: "One JSON object a line: each event of the run.") var json = false
  @Argument(help: "What is asked; - reads it from standard input.") var text: String

  func validate() throws {
    if agent != nil, group != nil {
      throw ValidationError("--agent and --group exclude each other")
    }
    if model != nil, provider == nil { throw ValidationError("--model needs --provider") }
  }

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      let run = try start()
      if Terminal.isError, !json { FileText.complain(run) }
      var follower = RunFollower(
        run, client, from: nil, display: EventDisplay(json ? .json : .story), verify: false)
      let last = try await follower.follow()
      try report(last)
    }
  }

  /// The run that was started.
  private func start() throws(StartFailure) -> String {
    let text = text == "-" ? String(decoding: try FileText.readInput(), as: UTF8.self) : text
    var members = [WireMember("input", .text(text))]
    let given = [
      ("session_key", session), ("agent_id", agent), ("group_id", group),
      ("approval_mode", approvals),
    ]
    for (name, value) in given {
      if let value { members.append(WireMember(.text(name), .text(value))) }
    }
    if let provider {
      var choice: WireValue = ["provider": .text(provider)]
      if let model { choice["model"] = .text(model) }
      members.append(WireMember(.text("llm_config"), choice))
    }
    let row = group == nil ? "switchyard.runs.v1.Runs/Create" : "switchyard.runs.v1.Groups/Run"
    let answer = try RunsCommand.ask(row, members, by: client)
    guard case .text(let run)? = answer["run_id"] else {
      throw StartFailure(.refused, "the server named no run")
    }
    return run
  }

  /// How the run ended, where that is more than its answer.
  private func report(_ last: WireValue?) throws(StartFailure) {
    guard !json, case .text(let type)? = last?["type"], let payload = last?["payload"] else {
      return
    }
    switch (type, payload["error"]?["code"], payload["error"]?["message"]) {
    case ("run.failed", .text(let code)?, .text(let message)?):
      throw StartFailure(.refused, "\(code): \(message)")
    case ("run.cancelled", _, _): throw StartFailure(.refused, "the run was cancelled")
    case (_, _, _): return
    }
  }
}
