internal import Contract
internal import HTTP2

/// Feeds live no longer than the credential that opened them.
extension Loop {
  /// Asks, when it is time, which credentials of open feeds have ended.
  func askForStandings() {
    guard !feeds.isEmpty, standings == nil,
      now - standingsAsked >= limits.standingEvery.nanoseconds
    else { return }
    standingsAsked = now
    var credentials: Set<String> = []
    for connection in connections.all {
      for subscriber in connection.feeds.values {
        credentials.insert(subscriber.principal.credential)
      }
    }
    ask(after: credentials)
  }

  private static let ended = Fault(
    .unauthenticated, "the credential of this stream has ended")

  /// Ends the feeds of credentials that have ended; a reader who took its time over what had been
  /// begun when it was told is cut off.
  func dismiss(_ credentials: Set<String>) {
    guard !credentials.isEmpty else { return }
    now = Linux.nanoseconds
    for connection in connections.all {
      for subscriber in connection.feeds.values
      where credentials.contains(subscriber.principal.credential) {
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
