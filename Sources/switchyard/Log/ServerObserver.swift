import Accounts
import Contract
import Events
import Gateway
import Identity
import Logging
import Models
import Routing
import Runs
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
    guard !Self.quiet.contains(request.route.name) else { return }
    log.info(
      "answered",
      metadata: [
        "route": "\(request.route.name)", "method": "\(request.route.verb)",
        "path": "\(request.route.path)", "status": .stringConvertible(request.status),
        "bytes": .stringConvertible(request.bytes),
        "us": .stringConvertible(Int(request.nanoseconds / 1000)),
        "caller": "\(request.principal)", "correlation_id": "\(request.correlationID.text)",
      ])
  }

  /// Hears of every event, when anybody wants to know.
  var logged: (@Sendable (LoggedEvent) -> Void)? {
    guard log.logLevel <= .debug else { return nil }
    return { [log] event in
      log.debug(
        "event",
        metadata: ["stream": "\(event.stream)", "type": "\(event.type)", "actor": "\(event.actor)"])
    }
  }

  func failed(_ fault: Fault, topic: FeedTopic) {
    log.warning(
      "feed failed", metadata: ["stream": "\(topic.stream)", "reason": "\(fault.message)"])
  }

  /// Hears what became of each mail.
  var mailed: @Sendable (MailEvent) -> Void {
    { [log] event in
      guard let failure = event.failure else {
        return log.debug("mail sent", metadata: ["mail": "\(event.id)"])
      }
      log.warning("mail failed", metadata: ["mail": "\(event.id)", "reason": "\(failure)"])
    }
  }

  /// What came of looking for the keys that somebody else publishes.
  var fetched: @Sendable (KeyFetcher.Event) -> Void {
    { [log] event in
      let place: Logger.Metadata = ["issuer": "\(event.issuer)", "url": "\(event.url)"]
      switch event.result {
      case .success(let count):
        log.info("keys fetched", metadata: place.merging(["keys": "\(count)"]) { $1 })
      case .failure(let failure):
        log.warning("keys not fetched", metadata: place.merging(["reason": "\(failure)"]) { $1 })
      }
    }
  }

  /// Hears what could not be read of Feishu.
  var feishuFailed: @Sendable (FeishuTrouble) -> Void {
    { [log] trouble in
      log.warning(
        trouble.source == nil ? "feishu sync failed" : "feishu source not read",
        metadata: [
          "connector": "\(trouble.connector)", "job": "\(trouble.job)",
          "source": "\(trouble.source ?? "")", "reason": "\(trouble.reason)",
        ])
    }
  }

  /// Hears why a provider has not turned texts into vectors.
  var embeddingFailed: @Sendable (ModelError) -> Void {
    { [log] error in
      log.warning(
        "vectors not made", metadata: ["code": "\(error.code)", "reason": "\(error.message)"])
    }
  }

  /// Hears what becomes of each server of tools.
  var toolServer: @Sendable (String, ToolServerNews) -> Void {
    { [log] name, news in
      switch news {
      case .ready(let revision):
        log.info("tool server ready", metadata: ["server": "\(name)", "revision": "\(revision)"])
      case .listed(let tools):
        log.debug("tools listed", metadata: ["server": "\(name)", "tools": "\(tools.count)"])
      case .failed(let failure, let again):
        log.warning(
          "tool server failed",
          metadata: [
            "server": "\(name)", "reason": "\(failure.message)",
            "again_ms": .stringConvertible(Int(again / .milliseconds(1))),
          ])
      }
    }
  }

  /// Hears what the programs of servers of tools write to their standard error.
  var toolComplaint: @Sendable (String, String) -> Void {
    { [log] name, line in
      log.debug("tool server says", metadata: ["server": "\(name)", "line": "\(line)"])
    }
  }

  /// Hears the first time that an exchange with a provider could not be written down.
  var notRecorded: @Sendable (String) -> Void {
    { [log] reason in
      log.error(
        "an exchange was not recorded, nor may others be", metadata: ["reason": "\(reason)"])
    }
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
