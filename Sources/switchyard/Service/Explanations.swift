import Contract
import Routing
import Wire

/// Tells operators which rule refused a caller.
struct Explanations: Sendable {
  let book: RefusalBook
  let clock: any MonotonicClock
  let wallClock: any WallClock

  static let methods: [Method<Explanations>] = [
    Method(
      inline: "switchyard.interface.v1.Interface/Explain", .get, "/refusals/{refusal_id}",
      zone: .root, summary: "Says which rule refused a call, and what would have been let in.",
      permission: .admin, faults: [.notFound],
      example: MethodExample(
        #"{"refusal_id":"01a21c8b-d636-751e-8449-a526db69564f"}"#,
        answer: """
          {"refusal_id":"01a21c8b-d636-751e-8449-a526db69564f","at":"2026-11-27T11:40:00.000Z",\
          "method":"switchyard.runs.v1.Runs/Create","request":"POST /api/runs","status":403,\
          "rule":"permission","message":"this needs the permission write","caller":"tok_1",\
          "permissions":["read"],"would_allow":"a caller with the permission write"}
          """)
    ) { (explanations, reference: RefusalReference, _) throws(Fault) -> Explanation in
      try explanations.explanation(of: reference.refusalID.text)
    }
  ]

  private func explanation(of id: String) throws(Fault) -> Explanation {
    guard let call = book.find(id) else {
      throw Fault(
        .notFound, "no caller was refused under this name since the start, or too many were since")
    }
    let age = (clock.nanoseconds - call.moment) / 1_000_000
    let permissions = call.principal?.permissions.map(\.rawValue).sorted() ?? []
    return Explanation(
      refusalID: id, at: Timestamp(milliseconds: wallClock.now.milliseconds - age),
      method: call.method.name, request: "\(call.method.verb) \(call.method.path)",
      status: Int64(call.status), rule: call.rule, message: call.fault.message,
      caller: call.principal?.id, permissions: permissions, wouldAllow: call.remedy)
  }
}

/// A refusal, by the `x-correlation-id` of its answer.
struct RefusalReference: Coded {
  let refusalID: Text<1, 128>
}

/// Which rule refused a call.
struct Explanation: Coded {
  let refusalID: String
  let at: Timestamp
  let method: String
  let request: String
  let status: Int64
  /// The part of the pipeline: authentication, tenancy, permission, rate, or the method's domain.
  let rule: String
  let message: String
  /// Who called; null where nobody was recognised.
  let caller: String?
  /// What the caller may do.
  let permissions: [String]
  /// What would have been let in.
  let wouldAllow: String
}
