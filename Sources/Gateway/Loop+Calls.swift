internal import Contract
internal import HTTP2
internal import Routing

/// The patience of clients that say how long they wait.
extension Loop {
  /// How often deadlines are looked at when many are near: none is found later than this.
  private static let grain: Int64 = 5_000_000

  /// Notes the deadline of a call whose message is still to come.
  func noteDeadline(_ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection) {
    guard let within = http2.withHead(stream, { interface.patience($0) }), let within else {
      return
    }
    setDeadline(within, for: stream, on: connection)
  }

  /// Notes the deadline of a call whose work may begin; false, and the call is refused, when its
  /// time is over already.
  func isInTime(_ within: Int64?, _ stream: StreamKey, _ connection: Connection) -> Bool {
    guard let within else { return true }
    setDeadline(within, for: stream, on: connection)
    guard let moment = connection.deadlines[stream], moment <= Linux.nanoseconds else {
      return true
    }
    connection.deadlines.removeValue(forKey: stream)
    expire(stream, of: connection)
    return false
  }

  /// Notes that the client of `stream` waits `nanoseconds` from now, unless that is known.
  func setDeadline(_ nanoseconds: Int64, for stream: StreamKey, on connection: Connection) {
    guard connection.deadlines[stream] == nil else { return }
    let (moment, isBeyond) = now.addingReportingOverflow(nanoseconds)
    guard !isBeyond else { return }
    connection.deadlines[stream] = moment
    nextDeadline = min(nextDeadline, moment)
  }

  /// How long the loop may wait for events, in milliseconds; negative for ever.
  var patience: Int32 {
    guard nextDeadline != .max else { return -1 }
    return Int32(clamping: (max(nextDeadline - Linux.nanoseconds, 0) + 999_999) / 1_000_000)
  }

  /// Ends the calls whose clients have stopped waiting.
  func expireCalls() {
    guard now >= nextDeadline else { return }
    nextDeadline = .max
    for connection in connections.all where !connection.deadlines.isEmpty {
      for (stream, moment) in connection.deadlines.all {
        if moment <= now {
          connection.deadlines.removeValue(forKey: stream)
          expire(stream, of: connection)
        } else {
          nextDeadline = min(nextDeadline, max(moment, now + Self.grain))
        }
      }
    }
  }

  private func expire(_ stream: StreamKey, of connection: Connection) {
    if let subscriber = connection.feeds[stream] {
      end(subscriber, with: Self.timedOut)
      // Trailers would wait behind what nobody reads.
      if !subscriber.isWaiting { connection.http2?.reset(stream, .cancel) }
      return
    }
    if let dialogue = connection.dialogues[stream] {
      dialogue.end(with: Self.timedOut)
      connection.http2?.resume(stream)
      markDirty(connection)
      return
    }
    if let task = connection.pending.removeValue(forKey: stream) { task.cancel() }
    connection.forget(waiting: stream)
    guard let http2 = connection.http2, let head = http2.head(of: stream) else { return }
    submit(interface.refuse(head, with: Self.timedOut), to: stream, on: connection, since: now)
  }

  private static let timedOut = Fault(.timedOut, "the time that the call allowed has passed")
}
