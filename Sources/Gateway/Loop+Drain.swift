internal import Contract
internal import HTTP2

/// The orderly end: nobody new, everybody told, what is in flight finished (RFC 9113 §6.8).
extension Loop {
  /// How long a handshake that had begun may go on.
  private static let handshakeGrace: Duration = .seconds(1)

  /// Begins the drain; the loop ends with its last connection.
  func beginDrain() {
    guard !isDraining else { return }
    now = Linux.nanoseconds
    drainBegan = now
    stopListening()
    for connection in connections.all { drain(connection) }
  }

  /// Takes one connection a step on: notice first, then, a sweep later, the last id.
  func drain(_ connection: Connection) {
    guard case .serving = connection.phase, let http2 = connection.http2 else {
      // Who is in the middle of a handshake would take the end for a broken server: it is told once
      // it can be.
      let isLate = now - (drainBegan ?? now) >= Self.handshakeGrace.nanoseconds
      switch connection.phase {
      case .greeting, .handshaking:
        if isLate { close(connection) }
      case .serving, .lingering, .closed:
        if connection.phase.isLive { close(connection) }
      }
      return
    }
    guard let noticed = connection.marks.noticed else {
      connection.marks.noticed = now
      http2.shutdownNotice()
      for subscriber in connection.feeds.values {
        end(subscriber, with: Self.goingAway)
      }
      for (stream, dialogue) in connection.dialogues.all {
        dialogue.end(with: Self.goingAway)
        http2.resume(stream)
      }
      markDirty(connection)
      return
    }
    // Requests that were on their way when the notice went out have come by now.
    guard now - noticed >= limits.sweepEvery.nanoseconds else { return }
    http2.goAway(.noError)
    if http2.openStreams == 0 { connection.isEnding = true }
    markDirty(connection)
  }

  /// Ends the loop when the deadline has passed, whatever is still in flight.
  func stopIfLate() {
    guard let began = drainBegan, now - began > limits.drainMax.nanoseconds else { return }
    isStopped = true
    for connection in connections.all { close(connection) }
  }
}
