import Contract
import Negotiation

/// Step 12: outcomes become responses.
extension Interface {
  /// The response to a call that succeeded.
  func answer(_ reply: Reply, _ exchange: Exchange) -> Response {
    guard reply.status != 204 else { return empty(replayed: reply.isReplayed, exchange) }
    let keeping = keeping(exchange)
    var fields: FieldSection
    switch reply.contentType {
    case .negotiated(let format): fields = templates.fields(format.mediaType, keeping)
    case .fixed(let type):
      fields = FieldSection()
      fields.append(name: "content-type", value: type.value)
      if keeping == .none { fields.append(name: "cache-control", value: "no-store") }
    }
    if reply.isReplayed { fields.append(name: Self.replayed, value: "true") }
    return response(reply.status, fields, reply.body, exchange)
  }

  /// The response that opens a feed, or tells that it has ended.
  func feed(_ reply: FeedReply, _ exchange: Exchange) -> Response {
    switch reply {
    case .open(let plan):
      var fields = templates.fields(exchange.feedFormat.mediaType, .none)
      fields.append(name: "x-accel-buffering", value: "no")
      fields.append(exchange.correlationID)
      return whole(200, fields, .feed(plan, exchange.feedFormat), exchange)
    case .finished: return empty(exchange)
    }
  }

  /// The response to `OPTIONS`.
  func options(_ allowed: [Verb], _ exchange: Exchange) -> Response {
    empty(allowed: allowed, exchange)
  }

  /// The response to a request that was refused.
  func refusal(_ fault: Fault, _ exchange: Exchange) -> Response {
    let zone =
      exchange.route.map { rows[$0].zone } ?? zones.zone(of: exchange.path.utf8)
    let body = FaultBody(
      fault, zone: zone, circumstances: exchange.circumstances, format: exchange.format)
    var fields = templates.fields(body.mediaType, .none)
    if fault.code == .unauthenticated { fields.append(name: "www-authenticate", value: "Bearer") }
    // RFC 9110 §12.5.3: with a 415, this says that the coding was the reason.
    if fault.code == .unsupportedMediaType, ContentCoding(exchange.head) != .identity {
      fields.append(name: "accept-encoding", value: "identity")
    }
    if fault.code == .methodNotAllowed { append(fault.allowed, to: &fields) }
    if let seconds = fault.retryAfterSeconds { fields.append(name: "retry-after", number: seconds) }
    if fault.isReplayed { fields.append(name: Self.replayed, value: "true") }
    return response(body.status, fields, body.bytes, exchange)
  }

  /// Room for `content-length` and `x-correlation-id` with a UUID.
  private static let commonBytes = 80
  private static let replayed: StaticString = "idempotency-replayed"

  private func keeping(_ exchange: Exchange) -> FieldTemplates.Keeping {
    guard let route = exchange.route, rows[route].permission == nil else { return .none }
    return .open
  }

  /// RFC 9110 §8.6: a 204 has no content-length; HEAD has the one that GET would have.
  private func response(
    _ status: Int, _ shared: consuming FieldSection, _ body: [UInt8], _ exchange: Exchange
  ) -> Response {
    var fields = shared
    fields.reserve(fields: 2, bytes: Self.commonBytes)
    fields.append(name: "content-length", number: body.count)
    fields.append(exchange.correlationID)
    return whole(status, fields, .bytes(exchange.isHead ? [] : body), exchange)
  }

  private func empty(
    allowed: [Verb]? = nil, replayed: Bool = false, _ exchange: Exchange
  ) -> Response {
    var fields = FieldSection()
    if let allowed { append(allowed, to: &fields) }
    if replayed { fields.append(name: Self.replayed, value: "true") }
    fields.append(name: "cache-control", value: "no-store")
    fields.append(exchange.correlationID)
    return whole(204, fields, .bytes([]), exchange)
  }

  private func append(_ allowed: [Verb], to fields: inout FieldSection) {
    fields.append(name: "allow", text: allowed.map(\.rawValue).joined(separator: ", "))
  }

  private func whole(
    _ status: Int, _ fields: consuming FieldSection, _ body: consuming ResponseBody,
    _ exchange: Exchange
  ) -> Response {
    Response(
      status: status, fields: fields, body: body, route: exchange.route,
      principal: exchange.principal?.id ?? "")
  }
}
