internal import Events
internal import Models
internal import Wire

/// What is given to an agent to do: to a member of a group as its turn begins, or to a group by the
/// run that has it work.
struct AgentTask: Sendable {
  /// Who is to do it, as events call it.
  let recipient: String
  private let goal: String
  private let inputs: WireValue
  private let expects: String
  private let constraints: [String]

  /// Scalars of a goal that are told; the run's first event has all of them.
  private static let goalMax = 4_000
  /// Nobody says how much one task matters among others.
  private static let priority = "medium"

  /// The task of one turn in a run of a group.
  init(for player: Crew.Player, isLead: Bool, in discussion: Discussion, _ job: RunJob) {
    recipient = player.agent.id
    goal = job.input
    let said: [WireValue] = discussion.contributions.map {
      ["role": .text($0.name), "round": .integer($0.round)]
    }
    inputs = ["round": .integer(discussion.round), "contributions": .array(said)]
    let form = isLead ? AgentMessage.Form.decision : .proposal
    expects = RunEventType.messageWord(form.event) ?? ""
    constraints = Self.constraints(of: player.role) + Self.constraints(of: job)
  }

  /// The task that a call gives to a group, in a run of its own.
  init(of call: ToolCall, to child: NewRun, from job: RunJob) {
    recipient = child.agent
    goal = child.input
    inputs = ["run_id": .text(child.id.text), "tool_call_id": .text(call.id)]
    expects = "ANSWER"
    constraints = Self.constraints(of: job)
  }

  private static func constraints(of role: AgentRole) -> [String] {
    guard case .map(let members) = role.styleConstraints else { return [] }
    return members.map { member in
      let parts = [member.key, member.value].map { part in
        if case .text(let text) = part {
          text
        } else {
          String(decoding: part.json(), as: UTF8.self)
        }
      }
      return parts.joined(separator: ": ")
    }
  }

  private static func constraints(of job: RunJob) -> [String] {
    let limits = job.budget?.limits(used: 0, TokenUsage()) ?? []
    return limits.map { "\($0.name): \($0.limit)" }
  }

  /// What the event tells, and whether a secret was taken out of the goal: cutting first could
  /// leave a part of one that is not found any more.
  var told: (payload: WireValue, isRedacted: Bool) {
    let clean = Redaction.clean(goal)
    return (
      [
        "goal": .text(Excerpt.clipped(clean, scalarsMax: Self.goalMax)), "inputs": inputs,
        "expected_output": .text(expects), "constraints": .array(constraints.map { .text($0) }),
        "priority": .text(Self.priority),
      ], clean != goal
    )
  }
}
