package import Contract

/// What becomes of a request.
package enum Outcome: Sendable {
  /// Answered already, on the event loop.
  case response(Response)
  /// Answered later: by the store, another actor or a model.
  ///
  /// `within` is how long the client waits, in nanoseconds; nil when it says nothing.
  case pending(PendingResponse, within: Int64?)
  /// Answered later, by whoever does the work that it begins.
  case deferred(DeferredResponse, within: Int64?)
}

extension Outcome {
  /// The response, for a caller that waits for it.
  nonisolated(nonsending) func response() async -> Response {
    switch self {
    case .response(let response): response
    case .pending(let rest, _): await rest()
    case .deferred(let rest, _): await rest.response()
    }
  }
}

/// What gives an answer later; it stays with its caller's executor.
///
/// Functions are converted to it, no closures: the compiler lets a converted closure leave its
/// caller's executor, and each task then costs two jobs more.
package typealias PendingResponse = nonisolated(nonsending) @Sendable () async -> Response

/// An answer, ready for the gateway.
package struct Response: Sendable {
  /// What it says; an answer that is given again and again is one object.
  package let content: ResponseContent
  /// The name of the request in logs.
  package let correlationID: CorrelationID

  /// Adds every field but `:status` to `fields`.
  package func write(into fields: inout FieldSection) {
    fields.append(contentsOf: content.shared.fields)
    if let length = content.contentLength { fields.append(name: "content-length", number: length) }
    fields.append(correlationID)
  }
}

/// Everything in an answer but the name of its request.
package final class ResponseContent: Sendable {
  package let status: Int
  /// What HTTP would call the outcome, for logs and metrics: the head of a gRPC answer always says
  /// 200.
  package let verdict: Int
  /// The fields of all answers of one kind.
  package let shared: FieldTemplate
  /// The length of the content; nil where the head says nothing of it.
  package let contentLength: Int?
  package let body: ResponseBody
  /// The place in the table of the row that answered, for logs and metrics; nil when none did.
  package let route: Int?
  /// Who called; nil before the caller is known.
  package let principal: Principal?

  init(
    _ status: Int, verdict: Int, _ shared: FieldTemplate, _ contentLength: Int?,
    _ body: ResponseBody, _ exchange: Exchange
  ) {
    self.status = status
    self.verdict = verdict
    self.shared = shared
    self.contentLength = contentLength
    self.body = body
    route = exchange.row?.route
    principal = exchange.principal
  }
}

/// The content of an answer.
package enum ResponseBody: Sendable {
  /// Bytes that are all there; none means no content at all.
  case bytes([UInt8])
  /// Bytes that are all there, at least one, and the trailers behind them.
  indirect case message([UInt8], trailers: FieldSection)
  /// A subscription that the gateway serves until it ends.
  indirect case feed(FeedPlan, FeedFormat)
  /// A call of one of gRPC's own services, which the gateway carries on.
  indirect case dialogue(DialogueOpening)

  /// The length in bytes; 0 for a feed or a dialogue, which have none.
  package var count: Int {
    switch self {
    case .bytes(let bytes), .message(let bytes, _): bytes.count
    case .feed, .dialogue: 0
    }
  }
}
