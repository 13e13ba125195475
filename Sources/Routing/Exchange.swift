import Contract
import Negotiation
import Wire

/// What is known of one request on its way through the pipeline.
struct Exchange: Sendable {
  let head: FieldSection
  let correlationID: String
  let accept: AcceptHeader
  let contentType: ContentType
  /// Nil until the path could be read.
  var target: RequestTarget?
  /// The index of the route that serves the request; nil until one was found.
  var route: Int?
  /// Whether the answer's content is left out.
  var isHead = false
  /// The format of the answer, or of a refusal until one was chosen.
  var format: BodyFormat
  var feedFormat = FeedFormat.eventStream
  var parameters: [Parameter] = []
  /// The caller's id; empty before the caller is known.
  var principal = ""

  init(_ head: FieldSection, identifiers: any IdentifierSource) {
    self.head = head
    correlationID = CorrelationID.of(head, else: identifiers)
    accept = AcceptHeader(head)
    contentType = ContentType(head)
    // Where negotiation itself fails the answer is JSON, unless the client speaks CBOR.
    format = accept.choiceForRefusal() ?? (contentType == .readable(.cbor) ? .cbor : .json)
  }

  /// The path as far as it could be read.
  var path: String { target?.pathText ?? head.path.map(head.string) ?? "" }

  /// What a refusal tells of the request.
  var circumstances: FaultCircumstances {
    FaultCircumstances(path: path, correlationID: correlationID)
  }
}
