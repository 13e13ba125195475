import Contract
import Negotiation
import Wire

/// What is known of one request on its way through the pipeline.
struct Exchange: Sendable {
  /// The request's fields, pseudo fields included.
  let head: FieldSection
  /// The request's content.
  var body: [UInt8]
  private(set) var correlationID: CorrelationID
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
  var parameters: [Parameter] = []
  /// Nil before the caller is known.
  var principal: Principal?

  init(_ request: consuming Request, identifiers: any IdentifierSource) {
    correlationID = CorrelationID.of(request.head, else: identifiers)
    accept = AcceptHeader(request.head)
    contentType = ContentType(request.head)
    verb = request.head.method.flatMap { VerbTable.verb(request.head, $0) }
    head = request.head
    body = request.body
  }

  /// The same without its content.
  var withoutBody: Exchange {
    var bare = self
    bare.body = []
    return bare
  }

  /// The exchange for a request with the same head: another body, and another name where the
  /// client gave none.
  func again(_ body: [UInt8], identifiers: any IdentifierSource) -> Exchange {
    var exchange = self
    exchange.body = body
    if case .made = correlationID { exchange.correlationID = .made(identifiers.uuid()) }
    return exchange
  }

  /// The format of the answer; of a refusal where none was negotiated, which is JSON where
  /// negotiation itself fails, unless the client speaks CBOR.
  var format: BodyFormat {
    negotiated ?? accept.choiceForRefusal
      ?? (contentType == .readable(.cbor) ? .cbor : .json)
  }

  /// The path as far as it could be read.
  var path: String { target?.text(head) ?? head.path.map(head.string) ?? "" }

  /// What a refusal tells of the request.
  var circumstances: FaultCircumstances {
    FaultCircumstances(path: path, correlationID: correlationID.text)
  }
}
