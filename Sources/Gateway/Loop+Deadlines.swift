internal import Contract
internal import HTTP2
internal import Negotiation

/// Deadlines: one sweep over the connections, twice a second, so that nothing has a timer of its
/// own.
extension Loop {
  func sweep() {
    for connection in connections.all {
      if let reason = overdue(connection) {
        metrics.expired[reason.rawValue, default: 0] += 1
        expire(connection, reason)
      } else {
        trimIfIdle(connection)
        pingFeeds(of: connection)
        sweepTunnels(of: connection)
        if isDraining { drain(connection) }
      }
    }
    sweepDialogues()
    // Descriptors may have come free, here or in another process.
    resumeListening()
    askForStandings()
    stopIfLate()
  }

  /// Gives back what an idle connection does not need before its next request.
  private func trimIfIdle(_ connection: Connection) {
    guard !connection.isTrimmed, let http2 = connection.http2, http2.openStreams == 0,
      connection.running == 0, !connection.hasUnsent,
      now - connection.marks.active > limits.trimAfter.nanoseconds
    else { return }
    http2.trim()
    connection.trim()
  }

  /// The deadline that a connection has missed.
  private func overdue(_ connection: Connection) -> Deadline? {
    let marks = connection.marks
    func passed(_ limit: Duration, since mark: Int64?) -> Bool {
      mark.map { now - $0 > limit.nanoseconds } ?? false
    }
    switch connection.phase {
    case .closed: return nil
    case .lingering: return passed(.seconds(1), since: marks.lingering) ? .lingering : nil
    case .greeting, .handshaking:
      return passed(limits.handshakeMax, since: marks.accepted) ? .handshake : nil
    case .serving: break
    }
    if passed(limits.stallMax, since: marks.stalled) { return .stall }
    noteShutWindows(connection)
    if passed(limits.stallMax, since: connection.marks.shut) { return .stall }
    if passed(limits.settingsMax, since: marks.settingsSent) { return .settings }
    if passed(limits.headerMax, since: marks.headerBegan) { return .header }
    if isBodySlow(connection) { return .body }
    let isIdle = connection.http2?.openStreams == 0
    return isIdle && passed(limits.idleMax, since: marks.active) ? .idle : nil
  }

  /// Notes since when the peer takes nothing because it keeps its windows shut: to the socket it
  /// may well look alive (CVE-2019-9517).
  private func noteShutWindows(_ connection: Connection) {
    guard let http2 = connection.http2,
      http2.queuedBytes > 0 || connection.feeds.values.contains(where: { !$0.isWaiting })
    else {
      connection.marks.shut = nil
      return
    }
    let sent = http2.bodyBytesSent
    guard connection.marks.shut == nil || connection.marks.sentBefore != sent else { return }
    connection.marks.shut = now
    connection.marks.sentBefore = sent
  }

  /// Whether unfinished bodies come too slowly: after some patience, so many bytes in each window.
  private func isBodySlow(_ connection: Connection) -> Bool {
    guard let http2 = connection.http2 else { return false }
    var received: [StreamKey: Int] = [:]
    for stream in connection.bodies { received[stream] = http2.bodyReceived(stream) }
    return connection.bodyPace.isSlow(at: now, received, limits)
      && !stopResponded(http2, of: connection)
  }

  /// Stops requests that were answered before they had come; true when no other body is awaited.
  private func stopResponded(_ http2: HTTP2Session, of connection: Connection) -> Bool {
    let responded = connection.bodies.filter { http2.isResponded($0) }
    for stream in responded { http2.reset(stream, .noError) }
    if !responded.isEmpty { markDirty(connection) }
    return responded.count == connection.bodies.count
  }

  /// Notes when a header block began that has not ended.
  func noteHeaderProgress(_ connection: Connection, _ http2: HTTP2Session) {
    connection.marks.headerBegan =
      http2.isInsideFrame ? connection.marks.headerBegan ?? now : nil
  }

  private func expire(_ connection: Connection, _ reason: Deadline) {
    switch reason {
    case .handshake, .lingering, .stall: close(connection)
    case .settings, .header, .body, .idle:
      connection.http2?.goAway(reason.code)
      connection.isEnding = true
      markDirty(connection)
    }
  }

  private func pingFeeds(of connection: Connection) {
    for subscriber in connection.feeds.values
    where now - subscriber.active > limits.pingEvery.nanoseconds {
      guard subscriber.isWaiting else { continue }
      subscriber.say(subscriber.feed.key.format.encode(.ping(at: observer.wallClock.now)))
      wake(subscriber)
    }
  }
}

/// The deadlines of a connection.
enum Deadline: String, CaseIterable, Hashable, Sendable {
  case handshake
  case settings
  case header
  case body
  case idle
  case stall
  case lingering

  /// The code that the last GOAWAY carries (RFC 9113 §7).
  var code: HTTP2Code {
    switch self {
    case .settings: .settingsTimeout
    case .header, .body: .enhanceYourCalm
    case .handshake, .idle, .stall, .lingering: .noError
    }
  }
}
