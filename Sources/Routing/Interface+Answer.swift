import Contract
import Negotiation

/// Step 12: outcomes become responses.
extension Interface {
  /// The response to a call that succeeded.
  func answer(_ reply: Reply, _ exchange: Exchange) -> ResponseContent {
    if let type = exchange.grpc { return message(reply, type, exchange) }
    guard reply.status != 204 else { return empty(replayed: reply.isReplayed, exchange) }
    let keeping = keeping(exchange)
    var shared: FieldTemplate
    switch reply.contentType {
    case .negotiated(let format): shared = templates.fields(format.mediaType, keeping)
    case .fixed(let type):
      var fields = FieldSection()
      fields.append(name: "content-type", value: type.value)
      // What a page is must not be guessed, and what it loads comes from here.
      fields.append(name: "x-content-type-options", value: "nosniff")
      if type == .html {
        fields.append(name: "content-security-policy", value: Self.pagePolicy)
        fields.append(name: "referrer-policy", value: "no-referrer")
      }
      if keeping == .none { fields.append(name: "cache-control", value: "no-store") }
      shared = FieldTemplate(fields)
    }
    if reply.isReplayed { shared = shared.adding { $0.append(name: Self.replayed, value: "true") } }
    return content(reply.status, shared, reply.body, exchange)
  }

  /// The response that opens a feed, or tells that it has ended.
  func feed(_ reply: FeedReply, _ exchange: Exchange) -> ResponseContent {
    if let type = exchange.grpc { return messages(reply, type, exchange) }
    if let opening = exchange.webSocket { return webSocket(reply, opening, exchange) }
    switch reply {
    case .open(let plan):
      let shared = templates.fields(exchange.feedFormat.mediaType, .none).adding {
        $0.append(name: "x-accel-buffering", value: "no")
      }
      return ResponseContent(
        200, verdict: 200, shared, nil, .feed(plan, exchange.feedFormat), exchange)
    case .finished: return empty(exchange)
    }
  }

  /// The response to `OPTIONS`.
  func options(_ allowed: [Verb], _ exchange: Exchange) -> ResponseContent {
    empty(allowed: allowed, exchange)
  }

  /// The response to a request that was refused.
  func refusal(_ fault: Fault, _ exchange: Exchange, _ correlationID: CorrelationID) -> Response {
    services.refusals.note(fault, exchange, correlationID, at: services.clock.nanoseconds)
    let content =
      exchange.grpc.map { failure(fault, $0, exchange, correlationID) }
      ?? refusal(fault, exchange, exchange.circumstances(correlationID))
    return Response(content: content, correlationID: correlationID)
  }

  private func refusal(
    _ fault: Fault, _ exchange: Exchange, _ circumstances: FaultCircumstances
  ) -> ResponseContent {
    let zone =
      exchange.row?.zone ?? zones.zone(of: exchange.path.utf8)
    let body = FaultBody(
      fault, zone: zone, circumstances: circumstances, format: exchange.format)
    let shared = templates.fields(body.mediaType, .none).adding { append(fault, exchange, to: &$0) }
    return content(body.status, shared, body.bytes, exchange)
  }

  /// The fields that only some refusals have.
  private func append(_ fault: Fault, _ exchange: Exchange, to fields: inout FieldSection) {
    if fault.code == .unauthenticated { fields.append(name: "www-authenticate", value: "Bearer") }
    // RFC 9110 §12.5.3: with a 415, this says that the coding was the reason.
    if fault.code == .unsupportedMediaType, ContentCoding(exchange.head) != .identity {
      fields.append(name: "accept-encoding", value: "identity")
    }
    if fault.code == .methodNotAllowed { append(fault.allowed, to: &fields) }
    if let seconds = fault.retryAfterSeconds { fields.append(name: "retry-after", number: seconds) }
    if let policy = fault.policy {
      append(
        RateStanding(policy, left: 0, fullAfterSeconds: fault.retryAfterSeconds ?? 0), to: &fields)
    }
    if fault.isReplayed { fields.append(name: Self.replayed, value: "true") }
  }

  /// draft-ietf-httpapi-ratelimit-headers: what may be done, and what is left of it.
  private func append(_ standing: RateStanding, to fields: inout FieldSection) {
    let policy = standing.policy
    let name = "\"\(policy.name)\""
    fields.append(
      name: "ratelimit-policy", text: "\(name);q=\(policy.quota);w=\(policy.windowSeconds)")
    fields.append(
      name: "ratelimit", text: "\(name);r=\(standing.left);t=\(standing.fullAfterSeconds)")
  }

  /// The fields, and what is left of the rate of the row that answers.
  private func marked(_ shared: FieldTemplate, _ exchange: Exchange) -> FieldTemplate {
    guard let standing = exchange.standing else { return shared }
    return shared.adding { append(standing, to: &$0) }
  }

  private static let pagePolicy: StaticString = """
    default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    """

  static let replayed: StaticString = "idempotency-replayed"

  private func keeping(_ exchange: Exchange) -> FieldTemplates.Keeping {
    // RFC 6749 §5.1: what a change answers with may be a secret.
    guard let row = exchange.row, row.permission == nil, !row.verb.isMutating else {
      return .none
    }
    return .open
  }

  /// RFC 9110 §8.6: a 204 has no content-length; HEAD has the one that GET would have.
  private func content(
    _ status: Int, _ shared: FieldTemplate, _ body: [UInt8], _ exchange: Exchange
  ) -> ResponseContent {
    ResponseContent(
      status, verdict: status, marked(shared, exchange), body.count,
      .bytes(exchange.isHead ? [] : body), exchange)
  }

  private func empty(
    allowed: [Verb]? = nil, replayed: Bool = false, _ exchange: Exchange
  ) -> ResponseContent {
    var fields = FieldSection()
    if let allowed { append(allowed, to: &fields) }
    if replayed { fields.append(name: Self.replayed, value: "true") }
    // RFC 9110 §12.5.5: what a row answers could have been another; OPTIONS has no row.
    if exchange.row != nil { fields.append(name: "vary", value: "Accept") }
    fields.append(name: "cache-control", value: "no-store")
    return ResponseContent(
      204, verdict: 204, marked(FieldTemplate(fields), exchange), nil, .bytes([]), exchange)
  }

  private func append(_ allowed: [Verb], to fields: inout FieldSection) {
    fields.append(name: "allow", text: allowed.map(\.rawValue).joined(separator: ", "))
  }
}
