package import Contract
import Negotiation
import Wire

/// Steps 1 to 4: what the head alone decides.
extension Interface {
  /// What a request asks for.
  enum Aim {
    /// The answer of a row.
    case row(RowPlan)
    /// The verbs of a resource, or of all.
    case options([Verb])
  }

  /// Fills the exchange as far as the head goes.
  func admit(_ exchange: inout Exchange, bodyCount: Int) throws(Fault) -> Aim {
    let aim = try locate(&exchange)
    try checkHost(exchange.head)
    guard case .row(let row) = aim else { return aim }
    let prefix = exchange.grpc == nil ? 0 : GRPCMessageReader.prefixBytes
    guard bodyCount <= limits.bodyBytesMax + prefix else { throw bodyTooLong }
    if let type = exchange.grpc {
      try admitCall(&exchange, type)
      return aim
    }
    try checkContent(exchange, row, bodyCount: bodyCount)
    if let tunnel = exchange.tunnel {
      try admitTunnel(&exchange, tunnel, row)
    } else if !row.isFixed {
      try negotiate(&exchange, row)
    }
    exchange.parameters = try parameters(exchange, row)
    return aim
  }

  /// Refuses a `host` that names another server than `:authority` does (RFC 9113 §8.3.1): something
  /// on the way would read one of them and we the other.
  private func checkHost(_ head: borrowing FieldSection) throws(Fault) {
    guard let host = head.first("host"), let authority = head.authority else { return }
    guard Self.server(head.string(host)) == Self.server(head.string(authority)) else {
      throw Fault(.malformed, "host and :authority name two servers")
    }
  }

  /// A server's name without what makes no difference: its case, and the port of https (RFC 9110
  /// §4.2.3).
  private static func server(_ name: String) -> String {
    let name = name.lowercased()
    return name.hasSuffix(":443") ? String(name.dropLast(4)) : name
  }

  /// The refusal of a body above the limit.
  package var bodyTooLong: Fault {
    Fault(
      .contentTooLarge, "the body is longer than \(limits.bodyBytesMax) bytes",
      details: [Fault.Detail("limit", .integer(Int64(limits.bodyBytesMax)))])
  }

  /// Finds the row for path and method.
  func locate(_ exchange: inout Exchange) throws(Fault) -> Aim {
    if exchange.grpc != nil {
      let row = try locateCall(exchange.head)
      exchange.row = row
      return .row(row)
    }
    let verb = exchange.verb
    if verb == .options, let path = exchange.head.path, exchange.head.equals(path, "*") {
      return .options(Verb.allCases)
    }
    let target = try RequestTarget(exchange.head, limits: limits)
    exchange.target = target
    guard let resource = target.resource(in: table.router, exchange.head) else {
      throw notACall(exchange) ?? Fault(.notFound, "there is nothing at this path")
    }
    guard let verb, let row = table.row(for: verb, in: resource) else {
      let allowed = table.allowed(in: resource)
      if verb == .options { return .options(allowed) }
      throw Fault(
        .methodNotAllowed,
        "this path allows \(allowed.map(\.rawValue).joined(separator: ", "))", allowed: allowed)
    }
    exchange.row = row
    return .row(row)
  }

  /// The bytes of body that a head announces; 0 when it says nothing.
  func announcedBody(_ head: borrowing FieldSection) throws(Fault) -> Int {
    switch head.single("content-length") {
    case .absent: return 0
    case .value(let value):
      let digits = head.bytes[value]
      guard !digits.isEmpty, digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
      else { throw malformedLength }
      return Int(head.string(value)) ?? .max
    case .repeated: throw malformedLength
    }
  }

  private var malformedLength: Fault { Fault(.malformed, "content-length is not one number") }

  /// A body is read where the verb carries one, and only when its type says how.
  private func checkContent(
    _ exchange: Exchange, _ row: RowPlan, bodyCount: Int
  ) throws(Fault) {
    guard !row.isBodyless else {
      guard bodyCount == 0 else {
        throw Fault(
          .malformed, "\(row.verb.rawValue) takes no body here; parameters go into the query")
      }
      return
    }
    if case .coded(let name) = ContentCoding(exchange.head) { throw coded(name) }
    switch exchange.contentType {
    case .readable(let type) where row.bodyTypes.contains(type): return
    case .absent where bodyCount == 0: return
    case .absent: throw unreadable("the body has no content-type", row)
    case .readable, .grpc, .unreadable:
      throw unreadable("bodies of this content-type are not read here", row)
    }
  }

  private func coded(_ name: String) -> Fault {
    Fault(
      .unsupportedMediaType, "bodies are read as they are, not in the content-encoding \(name)",
      details: [Fault.Detail("content_encoding", .text(name))])
  }

  private func unreadable(_ message: String, _ row: RowPlan) -> Fault {
    let types = row.bodyTypes.map { WireValue.text("\($0.row.name)") }
    return Fault(
      .unsupportedMediaType, message, details: [Fault.Detail("readable", .array(types))])
  }

  private func negotiate(_ exchange: inout Exchange, _ row: RowPlan) throws(Fault) {
    if row.offersFeed, exchange.accept.prefersFeed, let chosen = exchange.accept.choiceForFeed {
      exchange.feedFormat = chosen
      exchange.prefersFeed = true
    } else if row.isFeed {
      guard let chosen = exchange.accept.choiceForFeed else {
        throw unacceptable(FeedFormat.negotiated.map(\.mediaType))
      }
      exchange.feedFormat = chosen
    } else {
      guard let chosen = exchange.accept.choiceForAnswer else {
        let feeds = row.offersFeed ? FeedFormat.negotiated.map(\.mediaType) : []
        throw unacceptable(BodyFormat.allCases.map(\.mediaType) + feeds)
      }
      exchange.negotiated = chosen
    }
  }

  private func unacceptable(_ offers: [MediaType]) -> Fault {
    let names = offers.map { WireValue.text("\($0.row.name)") }
    return Fault(
      .notAcceptable, "accept names none of the types that this method answers in",
      details: [Fault.Detail("offers", .array(names))])
  }

  /// Path and query parameters; a query is read only where no body carries the input, or one that
  /// carries a single field of it.
  private func parameters(_ exchange: Exchange, _ row: RowPlan) throws(Fault) -> [Parameter] {
    guard let target = exchange.target else { preconditionFailure("a row without a path") }
    let query =
      target.query.isEmpty
      ? [] : try QueryParameters.read(exchange.head.bytes[target.query], limits: limits)
    if !row.isBodyless, exchange.contentType != .readable(.markdown), let first = query.first {
      throw Fault(
        DecodeError(.unknownField, at: nil, "\(row.verb.rawValue) takes no query parameters")
          .within(key: first.name))
    }
    guard !row.pathParameters.isEmpty else { return query }
    let path = target.parameters(row.pathParameters, exchange.head)
    return query.isEmpty ? path : path + query
  }
}
