package import Contract
package import Routing

/// Hears what the loops do; called on their threads, so it must not block.
package protocol GatewayObserver: Sendable {
  /// The time of day that pings carry.
  var wallClock: any WallClock { get }
  /// Whether `answered` wants to be called; asked once.
  var wantsAnswers: Bool { get }
  /// A request was answered; a feed counts when it opens.
  func answered(_ request: borrowing AnsweredRequest)
  /// A feed's page could not be read.
  func failed(_ fault: Fault, topic: FeedTopic)
}

/// The facts of one answer, for logs.
package struct AnsweredRequest: Sendable {
  /// The row that answered.
  package let route: RouteName
  package let status: Int
  /// The body's length; 0 for a feed.
  package let bytes: Int
  /// From the end of the request to the answer.
  package let nanoseconds: Int64
  package let principal: String
  /// The name of the request in logs.
  package let correlationID: CorrelationID
}
