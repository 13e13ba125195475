package import Contract

/// What becomes of a request.
package enum Outcome: Sendable {
  /// Answered already, on the event loop.
  case response(Response)
  /// Answered later: by the store, another actor or a model.
  case pending(@Sendable () async -> Response)
}

/// An answer, ready for the gateway.
package struct Response: Sendable {
  package var status: Int
  /// Every field but `:status`.
  package var fields: FieldSection
  package var body: ResponseBody
  /// The place in the table of the row that answered, for logs and metrics; nil when none did.
  package let route: Int?
  /// The caller's id for the access log; empty before the caller is known.
  package let principal: String

  package init(
    status: Int, fields: FieldSection, body: ResponseBody, route: Int?, principal: String
  ) {
    self.status = status
    self.fields = fields
    self.body = body
    self.route = route
    self.principal = principal
  }
}

/// The content of an answer.
package enum ResponseBody: Sendable {
  /// Bytes that are all there; none means no content at all.
  case bytes([UInt8])
  /// A subscription that the gateway serves until it ends.
  case feed(FeedPlan, FeedFormat)

  /// The length in bytes; 0 for a feed, which has none.
  package var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .feed: 0
    }
  }
}
