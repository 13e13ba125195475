internal import Contract
internal import HTTP2

/// Feeds live no longer than the credential that opened them.
extension Loop {
  /// Asks, when it is time, which principals of open feeds have ended.
  func askForStandings() {
    guard !feeds.isEmpty, standings == nil,
      now - standingsAsked >= limits.standingEvery.nanoseconds
    else { return }
    standingsAsked = now
    var principals: Set<String> = []
    for connection in connections.all {
      for subscriber in connection.feeds.values { principals.insert(subscriber.principal) }
    }
    ask(after: principals)
  }

  private static let ended = Fault(
    .unauthenticated, "the credential of this stream has ended")

  /// Ends the feeds of principals that have ended; a reader who took its time over what had been
  /// begun when it was told is cut off.
  func dismiss(_ principals: Set<String>) {
    guard !principals.isEmpty else { return }
    now = Linux.nanoseconds
    for connection in connections.all {
      for subscriber in connection.feeds.values where principals.contains(subscriber.principal) {
        guard subscriber.isEnding else {
          end(subscriber, with: Self.ended)
          continue
        }
        connection.http2?.reset(subscriber.stream, .cancel)
        markDirty(connection)
      }
    }
  }
}
