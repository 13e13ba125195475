internal import Models

/// Decides what is to be done with each call of a step.
struct CallDesk: Sendable {
  let policy: ToolPolicy
  let owners: [ToolOwner]
  /// Whether the run asks people.
  let asks: Bool
  let toolbox: Toolbox
  /// The calls that were waited for, by their names.
  let awaited: [String: AwaitedCall]

  /// What is to be done with a call.
  enum Course: Hashable {
    case run
    /// Somebody has to decide.
    case ask(String)
    case block(String)
    /// Somebody has decided against it.
    case reject(String)
    /// It starts a run.
    case start
    /// The run that it has started is over.
    case collect(RunID)

    /// Why somebody is asked; nil where nobody is.
    var question: String? {
      if case .ask(let reason) = self { reason } else { nil }
    }

    var isQuestion: Bool { question != nil }
  }

  func course(of call: ToolCall) -> Course {
    let known = awaited[call.id]
    if let child = known?.child, known?.outcome == .ended { return .collect(child) }
    switch policy.verdict(on: call.name, among: owners, asks: asks) {
    case .blocked(let reason): return .block(reason)
    case .allowed: break
    case .asked(let reason):
      switch known?.outcome {
      case .approved: break
      case .rejected: return .reject(known?.reason ?? "somebody has decided against the call")
      case .ended, nil: return .ask(reason)
      }
    }
    return toolbox[call.name] is GroupRunTool ? .start : .run
  }

  /// Whether a call changes nothing, so that others may run beside it.
  func isSafe(_ call: ToolCall) -> Bool {
    course(of: call) == .run && toolbox[call.name]?.mutates == false
  }

  /// The risk of the skill that brings the tool; nil where none does.
  func risk(of call: ToolCall) -> RiskLevel? {
    owners.first { $0.tool == call.name }?.risk
  }
}
