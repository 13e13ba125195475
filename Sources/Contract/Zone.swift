/// A part of the interface that one document governs: chosen by the longest path prefix before
/// anything else, it fixes the shape of errors and who may come in (the catalogue, §0.1).
package enum Zone: String, CaseIterable, Hashable, Sendable {
  case root
  case brain
  case coach
  case accounts
  case ops
  case runs
}

/// What a method makes of the key under which a request is done once (the catalogue, §0.5).
package enum KeyRule: CaseIterable, Hashable, Sendable {
  /// It takes no notice of one.
  case ignored
  /// It is done once for all requests that give the same one.
  case honoured
  /// It is refused without one.
  case required
}

/// The shapes in which documents say that an error is written.
package enum ErrorShape: CaseIterable, Hashable, Sendable {
  /// E1 and E3: `{"error":{"code","message","details"}}`.
  case envelope
  /// E2 in accounts: RFC 9457 with `type` `about:blank`.
  case problem
  /// E2 in ops: RFC 9457 with `code`, `correlationId` and, for input, `errors`.
  case codedProblem
  /// `{"message","error":{"message"}}`, with `data` in both where there is any.
  case rpcError
}

extension Zone {
  /// The facts of one zone.
  package struct Row: Sendable {
    package let prefixes: [StaticString]
    package let shape: ErrorShape
    /// The status for input that reads well and means nothing (§0.2, step 10).
    package let invalidStatus: Int
    /// What its changes ask of a key under which they are done once (§0.5).
    package let keyRule: KeyRule
  }

  /// The only place where a zone meets its paths and its document's rules.
  // swift-format-ignore
  package var row: Row {
    switch self {
    case .root:     Row(prefixes: ["/"],                                                  shape: .envelope,     invalidStatus: 400, keyRule: .honoured)
    case .brain:    Row(prefixes: ["/v1/", "/admin/"],                                    shape: .rpcError,     invalidStatus: 400, keyRule: .honoured)
    case .coach:    Row(prefixes: ["/api/coach/", "/api/script-suggestions"],             shape: .envelope,     invalidStatus: 400, keyRule: .honoured)
    case .accounts: Row(prefixes: ["/api/v1/auth/", "/api/v1/users/", "/api/v1/agent-chats", "/api/v1/infra/", "/api/v1/health"], shape: .problem, invalidStatus: 422, keyRule: .honoured)
    case .ops:      Row(prefixes: ["/api/v1/"],                                           shape: .codedProblem, invalidStatus: 400, keyRule: .required)
    case .runs:     Row(prefixes: ["/api/runs", "/api/sessions/", "/api/roles", "/api/groups", "/api/skills", "/api/feishu/"], shape: .envelope, invalidStatus: 400, keyRule: .honoured)
    }
  }
}
