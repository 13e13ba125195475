import Contract
import Negotiation
import Wire

/// What tells one request from another with the same head.
struct Occasion: Sendable {
  /// The request's content.
  let body: [UInt8]
  let correlationID: CorrelationID
}

/// What an extended CONNECT asks for.
enum Tunnel: Hashable, Sendable {
  case webSocket
  case other
}

/// What a head decides on its way through the pipeline.
struct Exchange: Sendable {
  /// The request's fields, pseudo fields included.
  let head: FieldSection
  /// The name that the client gave the request; nil where the server makes one.
  let givenName: CorrelationID?
  let accept: AcceptHeader
  let contentType: ContentType
  /// The request's method; nil for one that the interface does not know.
  let verb: Verb?
  /// Nil until the path could be read.
  var target: RequestTarget?
  /// The row that answers the request; nil until one was found.
  var row: RowPlan?
  /// Whether the answer's content is left out (RFC 9110 §9.3.2).
  var isHead: Bool { verb == .head }
  /// The format of the answer; nil until it was negotiated.
  var negotiated: BodyFormat?
  var feedFormat = FeedFormat.eventStream
  /// Whether the client likes a feed better than the answer that the row also has.
  var prefersFeed = false
  /// The gRPC call that this is; nil for other requests.
  let grpc: GRPCType?
  var grpcCoding = GRPCCoding.identity
  /// Whether long messages of the answer are compressed.
  var compresses = false
  /// What an extended CONNECT asks for (RFC 8441 §4); nil for other requests.
  let tunnel: Tunnel?
  var webSocket: WebSocketOpening?
  /// How long the client waits, in nanoseconds; nil when it says nothing.
  var timeout: Int64?
  var parameters: [Parameter] = []
  /// Nil before the caller is known.
  var principal: Principal?
  /// What is left of the row's rate; nil where it has none.
  var standing: RateStanding?
  /// Where the request came from.
  let network: ClientNetwork

  init(_ head: FieldSection, from network: ClientNetwork = .nowhere) {
    self.network = network
    givenName = CorrelationID.given(in: head)
    accept = AcceptHeader(head)
    contentType = ContentType(head)
    tunnel = head.connectProtocol.map { head.equals($0, "websocket") ? .webSocket : .other }
    // RFC 8441 §5: what HTTP/1.1 opens with GET.
    verb = tunnel == nil ? head.method.flatMap { VerbTable.verb(head, $0) } : .get
    if case .grpc(let type) = contentType, verb == .post { grpc = type } else { grpc = nil }
    self.head = head
  }

  /// What a request with this head and that body is besides.
  func occasion(_ body: [UInt8], _ identifiers: any IdentifierSource) -> Occasion {
    Occasion(body: body, correlationID: givenName ?? .made(identifiers.uuid()))
  }

  /// The format of the answer; of a refusal where none was negotiated, which is JSON where
  /// negotiation itself fails, unless the client speaks CBOR.
  var format: BodyFormat {
    negotiated ?? accept.choiceForRefusal
      ?? (contentType == .readable(.cbor) ? .cbor : .json)
  }

  /// The path; a gRPC call's is its method.
  var pathBytes: ArraySlice<UInt8> {
    target?.bytes(head) ?? head.path.map { head.bytes[$0] } ?? []
  }

  /// The query as it came.
  var queryBytes: ArraySlice<UInt8> { target.map { head.bytes[$0.query] } ?? [] }

  /// The path as far as it could be read.
  var path: String { target?.text(head) ?? head.path.map(head.string) ?? "" }

  /// What a refusal tells of the request: the path as it came, because `instance` is a reference
  /// to a URI (RFC 9457 §3.1.5).
  func circumstances(_ correlationID: CorrelationID) -> FaultCircumstances {
    let bytes = head.path.map { head.bytes[$0].prefix { $0 != UInt8(ascii: "?") } } ?? []
    return FaultCircumstances(
      path: String(decoding: bytes, as: UTF8.self), correlationID: correlationID.text)
  }
}
