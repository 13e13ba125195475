package import Wire

/// What the head of a request says to a row; calls with the same head share it.
package final class CallHead: Sendable {
  package let principal: Principal
  /// The checked scope; nil where the method asks for none.
  package let scope: Scope?
  /// Path and query parameters.
  package let parameters: [Parameter]
  /// The representation of the answer; feeds read it for refusals only.
  package let format: BodyFormat
  /// The `Last-Event-ID` of a subscriber that comes back (WHATWG HTML §9.2.4); nil where there is
  /// none.
  package let lastEventID: String?
  /// Where the caller is.
  package let network: ClientNetwork

  package init(
    principal: Principal, scope: Scope?, parameters: [Parameter] = [], format: BodyFormat = .json,
    lastEventID: String? = nil, network: ClientNetwork = .nowhere
  ) {
    self.network = network
    self.principal = principal
    self.scope = scope
    self.parameters = parameters
    self.format = format
    self.lastEventID = lastEventID
  }

  /// The same with one parameter more.
  package func adding(_ parameter: Parameter) -> CallHead {
    CallHead(
      principal: principal, scope: scope, parameters: parameters + [parameter], format: format,
      lastEventID: lastEventID, network: network)
  }
}

/// What a method learns about its caller besides the input.
package struct CallContext: Sendable {
  package let head: CallHead
  package let correlationID: CorrelationID
  /// The key under which the outcome must be kept, when the caller gave one.
  package let claim: IdempotencyClaim?

  package init(head: CallHead, correlationID: CorrelationID, claim: IdempotencyClaim?) {
    self.head = head
    self.correlationID = correlationID
    self.claim = claim
  }

  /// Who calls.
  package var principal: Principal { head.principal }
  /// The checked scope; nil where the method asks for none.
  package var scope: Scope? { head.scope }
  /// Where the caller is.
  package var network: ClientNetwork { head.network }
  /// Where a subscriber that comes back says it has come; nil where it says nothing.
  package var lastEventID: String? { head.lastEventID }
}

/// A caller's promise that two requests with one key are the same request (IETF draft
/// `idempotency-key-header`; the catalogue, §0.5).
package struct IdempotencyClaim: Hashable, Sendable {
  /// The scope of the key: tenant, principal, method and key, joined.
  package let key: String
  /// SHA-256 over method, path, query, media type and body.
  package let fingerprint: [UInt8]

  package init(key: String, fingerprint: [UInt8]) {
    self.key = key
    self.fingerprint = fingerprint
  }
}
