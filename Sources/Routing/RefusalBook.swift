package import Contract
internal import Synchronization

/// The callers who were refused last, by the names of their requests, for operators who ask which
/// rule it was.
package final class RefusalBook: Sendable {
  /// Refusals that are remembered at once; the oldest goes for one more.
  private static let entriesMax = 4096
  /// What a rule about callers refuses with; everything else is about the request.
  private static let noted: Set<FaultCode> = [.unauthenticated, .forbidden, .throttled]

  private struct Memory {
    var entries: [String: RefusedCall] = [:]
    var order: [String] = []
    var next = 0
  }

  private let memory = Mutex(Memory())

  package init() {}

  /// Remembers a refusal, when a rule about callers made it.
  func note(_ fault: Fault, _ exchange: Exchange, _ correlationID: CorrelationID, at now: Int64) {
    guard Self.noted.contains(fault.code), let row = exchange.row else { return }
    let id = correlationID.text
    let call = RefusedCall(
      fault: fault, method: row.routeName, status: fault.code.row(in: row.zone).status,
      needed: row.permission, principal: exchange.principal, moment: now)
    memory.withLock { memory in
      // A client that gives many requests one name is told of the last.
      guard memory.entries.updateValue(call, forKey: id) == nil else { return }
      if memory.order.count < Self.entriesMax {
        memory.order.append(id)
      } else {
        memory.entries[memory.order[memory.next]] = nil
        memory.order[memory.next] = id
        memory.next = (memory.next + 1) % Self.entriesMax
      }
    }
  }

  /// The refusal of a request; nil where it is not remembered.
  package func find(_ id: String) -> RefusedCall? { memory.withLock { $0.entries[id] } }
}

/// A call that was refused because of who made it.
package struct RefusedCall: Sendable {
  package let fault: Fault
  package let method: RouteName
  package let status: Int
  /// The permission that the method asks for.
  package let needed: Permission?
  /// Who called; nil where nobody was recognised.
  package let principal: Principal?
  /// When it was, in nanoseconds of the monotonic clock.
  package let moment: Int64

  /// The part of the pipeline that refused (the catalogue, §0.2).
  package var rule: String {
    switch fault.code {
    case .unauthenticated: "authentication"
    case .throttled: "rate"
    case _ where fault.name == "SCOPE_FORBIDDEN": "tenancy"
    case _ where fault.details.contains { $0.name == "permission" }: "permission"
    default: "domain"
    }
  }

  /// What would have been let in.
  package var remedy: String {
    switch rule {
    case "authentication":
      "a bearer token that is known, alive and whole; `switchyard token why -` says what is "
        + "wrong with one"
    case "rate":
      "the same call \(fault.retryAfterSeconds ?? 1) s later"
        + (fault.policy.map { ": \($0.name) allows \($0.quota) in \($0.windowSeconds) s" } ?? "")
    case "tenancy":
      "the caller's own: x-org-id \(principal?.organisation ?? "any"), x-user-id "
        + "\(principal?.user ?? "any"), x-project-id \(principal?.project ?? "any")"
    case "permission":
      "a caller with the permission \(needed?.rawValue ?? "of the method")"
    default: fault.message
    }
  }
}
