import Contract
import Gateway
import Logging
import Store
import Wire

/// Hears what the loops and the store do, and logs it.
struct ServerObserver: GatewayObserver {
  let wallClock: any WallClock
  let log: Logger
  let logsAccess: Bool

  /// Rows that are asked so often that their answers are no news.
  private static let quiet: Set<String> = [
    "switchyard.interface.v1.Interface/Health", "switchyard.interface.v1.Interface/Metrics",
  ]

  var wantsAnswers: Bool { logsAccess && log.logLevel <= .info }

  func answered(_ request: borrowing AnsweredRequest) {
    guard !Self.quiet.contains(request.route) else { return }
    log.info(
      "answered",
      metadata: [
        "route": "\(request.route)", "status": "\(request.status)", "bytes": "\(request.bytes)",
        "us": "\(request.nanoseconds / 1000)", "caller": "\(request.principal)",
        "correlation_id": "\(request.correlationID.text)",
      ])
  }

  func failed(_ fault: Fault, topic: FeedTopic) {
    log.warning(
      "feed failed", metadata: ["stream": "\(topic.stream)", "reason": "\(fault.message)"])
  }

  func stored(_ event: StoreEvent) {
    switch event {
    case .committed(let commit):
      guard let failure = commit.failure else { return }
      log.error(
        "commit failed", metadata: ["writes": "\(commit.writes)", "reason": "\(failure)"])
    case .checkpointed(let checkpoint):
      guard let failure = checkpoint.failure else { return }
      log.warning("checkpoint failed", metadata: ["reason": "\(failure)"])
    }
  }
}
