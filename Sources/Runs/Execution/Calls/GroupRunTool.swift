internal import Contract
internal import Models
internal import Store
internal import Wire

/// A tool that nobody is offered where there is no group.
protocol DelegationTool: Tool {}

/// Tells a model which groups there are.
struct GroupsTool: DelegationTool {
  /// Groups of one answer.
  private static let most = 50

  let database: Database
  let job: RunJob

  var description: ToolDescription {
    ToolDescription(
      name: "groups_list", summary: "Lists the groups of agents that a task can be given to.",
      arguments: [])
  }

  var mutates: Bool { false }

  nonisolated(nonsending) func run(
    _: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    let scope = job.scope
    let groups: [AgentGroup]
    do throws(StoreError) {
      groups = try await database.read { (reader) throws(StoreError) in
        try AgentGroup.all(visibleTo: scope, limit: Self.most, in: reader)
      }
    } catch {
      throw .unavailable(reason: "the groups cannot be read now")
    }
    return .list(
      groups.map { group in
        .record([
          ToolArgument("group_id", .text(group.id)), ToolArgument("name", .text(group.name)),
          ToolArgument("description", .text(group.description)),
        ])
      })
  }
}

/// Gives a task to a group, which works on it in a run of its own.
///
/// Running the tool only finds out whether the group can be given a task: the run begins in the
/// transaction in which the run that asked for it begins to wait.
struct GroupRunTool: DelegationTool, SourceTool {
  private static let group = "group_id"
  private static let task = "task"
  private static let runID = "run_id"
  private static let taskBytesMax = 32_000
  /// The scalars of a group's answer that the run reads; all of it is the child's output.
  private static let answerMax = 100_000
  /// How deep runs start runs.
  private static let depthMax: Int64 = 2

  private let database: Database
  private let job: RunJob

  /// Nil in a run that may start no other.
  init?(_ job: RunJob, _ database: Database) {
    guard job.depth < Self.depthMax else { return nil }
    self.job = job
    self.database = database
  }

  var description: ToolDescription {
    ToolDescription(
      name: "group_run",
      summary: "Gives a task to a group of agents, waits for them, and gives back their answer.",
      arguments: [
        ToolDescription.Argument(
          Self.group, .text(bytesMax: 80), isRequired: true, summary: "The group's id."),
        ToolDescription.Argument(
          Self.task, .text(bytesMax: Self.taskBytesMax), isRequired: true,
          summary: "All that the group has to know of the task."),
      ])
  }

  var mutates: Bool { true }

  var source: EvidenceSource? { EvidenceSource(.run, in: .result(Self.runID)) }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    guard case .text(let text)? = arguments[Self.group], let group = GroupID(checking: text) else {
      throw .unavailable(reason: "there is no such group")
    }
    let scope = job.scope
    let found: (group: AgentGroup?, members: [GroupMember])
    do throws(StoreError) {
      found = try await database.read { (reader) throws(StoreError) in
        (
          try AgentGroup.find(group, visibleTo: scope.organisation, in: reader),
          try GroupMember.all(of: group, in: reader)
        )
      }
    } catch {
      throw .unavailable(reason: "the groups cannot be read now")
    }
    guard let project = found.group.map(\.projectID), project == nil || project == scope.project
    else { throw .unavailable(reason: "there is no such group") }
    guard !found.members.isEmpty else { throw .unavailable(reason: "the group has no members") }
    return .null
  }

  /// The run that a call starts; it may use no more than the agent that made the call.
  nonisolated(nonsending) static func child(
    of job: RunJob, _ call: ToolCall, by toolbox: Toolbox, under policy: ToolPolicy,
    _ setup: RunnerSetup
  ) async throws(ToolError) -> NewRun {
    _ = try await toolbox.run(call, at: setup.wallClock.now.milliseconds)
    guard case .text(let id)? = call.arguments[group], let group = GroupID(checking: id),
      case .text(let task)? = call.arguments[task], let input = Text<1, 100_000>(checking: task)
    else { throw .unavailable(reason: "a task has to say something") }
    return NewRun(
      input, for: group, startedBy: job, under: policy.lists,
      id: setup.identifiers.next("run_"), now: setup.wallClock.now, limits: setup.limits)
  }

  /// What a run that a call has started came to.
  static func outcome(of run: RunView?, _ id: RunID) -> ToolOutcome {
    guard let run, run.status == .completed else {
      return .failed(
        ToolFailure(
          code: run?.error?.code ?? run?.status.rawValue ?? "gone",
          message: run?.error?.message ?? "the run \(id.text) was ended before it had an answer",
          offset: nil))
    }
    return .answered(
      .record([
        ToolArgument(runID, .text(id.text)),
        ToolArgument(
          "answer", .text(Excerpt.clipped(run.output ?? "", scalarsMax: answerMax))),
      ]))
  }
}
