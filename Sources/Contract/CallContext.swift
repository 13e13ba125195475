/// What a method learns about its caller besides the input.
package struct CallContext: Sendable {
  package let principal: Principal
  /// The checked scope; nil where the method asks for none.
  package let scope: Scope?
  package let correlationID: CorrelationID
  /// The key under which the outcome must be kept, when the caller gave one.
  package let claim: IdempotencyClaim?
  /// The `Last-Event-ID` of a subscriber that comes back (WHATWG HTML §9.2.4); nil where there is
  /// none.
  package let lastEventID: String?

  package init(
    principal: Principal, scope: Scope?, correlationID: CorrelationID,
    claim: IdempotencyClaim?, lastEventID: String? = nil
  ) {
    self.principal = principal
    self.scope = scope
    self.correlationID = correlationID
    self.claim = claim
    self.lastEventID = lastEventID
  }
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
