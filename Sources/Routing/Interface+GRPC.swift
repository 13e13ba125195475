package import Contract
import Negotiation
import Wire

/// What differs where a method is called by gRPC: how it is found, and what is around its input and
/// its answer. Everything between is the same pipeline.
extension Interface {
  /// The row that a call names.
  func locateCall(_ head: borrowing FieldSection) throws(Fault) -> RowPlan {
    let name = head.path.map { head.string($0) } ?? ""
    guard let row = table.row(forCall: name) else {
      throw Fault(.unimplemented, "there is no method \(name); `switchyard call --list` names all")
    }
    return row
  }

  /// The refusal of a request that names a method and is no call of it.
  func notACall(_ exchange: Exchange) -> Fault? {
    let name = exchange.head.path.map { exchange.head.string($0) } ?? ""
    guard table.row(forCall: name) != nil else { return nil }
    guard exchange.verb == .post else {
      return Fault(
        .methodNotAllowed, "this path is a gRPC method: it allows POST", allowed: [.post])
    }
    let types = GRPCType.allCases.filter { $0.row.format != nil }
    return Fault(
      .unsupportedMediaType, "this path is a gRPC method, and the content-type is none of gRPC's",
      details: [
        Fault.Detail("readable", .array(types.map { .text("\($0.row.contentType)") }))
      ])
  }

  /// Reads what the head of a call says of its messages and of the client's patience.
  func admitCall(_ exchange: inout Exchange, _ type: GRPCType) throws(Fault) {
    guard let format = type.row.format else {
      throw Fault(
        .unimplemented,
        "messages are CBOR in application/grpc and application/grpc+cbor, and JSON in "
          + "application/grpc+json; there are no .proto files")
    }
    exchange.negotiated = format
    exchange.feedFormat = .messages(format)
    exchange.timeout = try GRPCTimeout.nanoseconds(exchange.head)
    exchange.grpcCoding = try GRPCCoding(exchange.head)
    exchange.compresses =
      exchange.grpcCoding == .gzip && GRPCCoding.gzip.isAccepted(by: exchange.head)
  }

  /// How long the client of a call waits, in nanoseconds; nil when it says nothing that reads.
  package func patience(_ head: borrowing FieldSection) -> Int64? {
    do throws(Fault) {
      return try GRPCTimeout.nanoseconds(head)
    } catch {
      // The call is refused for it once its message is there.
      return nil
    }
  }

  /// The input of a call: path, query and body are one message.
  func wireBody(
    _ type: GRPCType, _ exchange: Exchange, _ occasion: Occasion
  ) throws(Fault) -> WireBody {
    let message = try GRPCMessageReader.only(
      in: occasion.body, exchange.grpcCoding, limit: limits.bodyBytesMax)
    if message.isEmpty { return .none }
    switch type.row.format {
    case .cbor: return .cbor(message)
    case .json: return .json(message)
    case .markdown, nil: preconditionFailure("a call in \(type) was admitted")
    }
  }

  /// The response to a call that succeeded.
  func message(
    _ reply: Reply, _ type: GRPCType, _ exchange: Exchange
  ) -> ResponseContent {
    let content = content(reply, exchange.format)
    let isCompressed =
      exchange.compresses && content.count >= limits.compressedBytesMin
    let shared = templates.fields(type).adding { fields in
      if isCompressed { fields.append(name: "grpc-encoding", value: "gzip") }
      if reply.isReplayed { fields.append(name: Self.replayed, value: "true") }
    }
    let framed = GRPCMessage.framed(
      isCompressed ? Gzip.deflated(content) : content, isCompressed: isCompressed)
    return ResponseContent(
      200, verdict: reply.status, shared, nil, .message(framed, trailers: templates.success),
      exchange)
  }

  /// An answer as a message: what has a media type of its own is text.
  private func content(_ reply: Reply, _ format: BodyFormat) -> [UInt8] {
    switch reply.contentType {
    case .negotiated: reply.body
    case .fixed: format.encode(String(decoding: reply.body, as: UTF8.self), title: "")
    }
  }

  /// The response that opens a stream of messages, or ends one that has nothing more.
  func messages(
    _ reply: FeedReply, _ type: GRPCType, _ exchange: Exchange
  ) -> ResponseContent {
    switch reply {
    case .open(let plan):
      return ResponseContent(
        200, verdict: 200, templates.fields(type), nil, .feed(plan, exchange.feedFormat), exchange)
    case .finished:
      let shared = templates.fields(type).adding { GRPCStatus.appendSuccess(to: &$0) }
      return ResponseContent(200, verdict: 200, shared, nil, .bytes([]), exchange)
    }
  }

  /// The response to a call that was refused: a head and nothing else ("Trailers-Only").
  func failure(
    _ fault: Fault, _ type: GRPCType, _ exchange: Exchange, _ correlationID: CorrelationID
  ) -> ResponseContent {
    let zone = exchange.row?.zone ?? .root
    let shared = templates.fields(type).adding { fields in
      GRPCStatus.append(
        fault, zone: zone, circumstances: exchange.circumstances(correlationID), to: &fields)
      if fault.isReplayed { fields.append(name: Self.replayed, value: "true") }
    }
    return ResponseContent(
      200, verdict: fault.code.row(in: zone).status, shared, nil, .bytes([]), exchange)
  }

  /// What ends a stream of messages: success, or the refusal that cut it off.
  package func trailers(_ fault: Fault?, to head: borrowing FieldSection) -> FieldSection {
    guard let fault else { return templates.success }
    var exchange = Exchange(copy head)
    exchange.row = try? locateCall(head)
    let occasion = exchange.occasion([], services.identifiers)
    var fields = FieldSection()
    GRPCStatus.append(
      fault, zone: exchange.row?.zone ?? .root,
      circumstances: exchange.circumstances(occasion.correlationID), to: &fields)
    return fields
  }
}
