internal import Contract
internal import HTTP2
internal import Negotiation
internal import Routing

/// WebSockets: streams that the client goes on speaking on (RFC 8441).
extension Loop {
  /// The longest message that a client may send, in bytes; no method takes one yet.
  private static let messageBytesMax = 65_536
  /// Answers to pings that wait to be sent, in bytes; a client that reads none of them is cut off.
  private static let controlBytesMax = 4096

  /// Answers an extended CONNECT as soon as its head is there; false for other requests.
  func openTunnel(
    _ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection
  ) -> Bool {
    guard http2.withHead(stream, { $0.connectProtocol != nil }) == true,
      let head = http2.head(of: stream)
    else { return false }
    http2.readStepwise(stream)
    connection.tunnels.insert(stream)
    var nobody: LastRequest?
    let outcome = interface.respond(to: Request(head: head, body: []), after: &nobody)
    carryOut(outcome, stream, http2, connection, since: now)
    return true
  }

  /// Takes what the client says on a tunnel; false where there is none.
  func continueTunnel(
    _ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection, isLast: Bool
  ) -> Bool {
    guard !connection.tunnels.isEmpty, connection.tunnels.contains(stream) else { return false }
    // What comes before the answer waits in its windows.
    guard let subscriber = connection.feeds[stream] else { return true }
    connection.marks.active = now
    hear(http2.takeBody(stream), subscriber, http2)
    if isLast, !subscriber.isEnding {
      subscriber.farewell = .nothing
      subscriber.end(saying: [])
    }
    wake(subscriber)
    return true
  }

  private func hear(_ bytes: [UInt8], _ subscriber: FeedSubscriber, _ http2: HTTP2Session) {
    var reader = subscriber.incoming ?? WebSocketReader(messageBytesMax: Self.messageBytesMax)
    reader.append(bytes)
    do throws(WebSocketReader.Failure) {
      while !subscriber.isEnding, let event = try reader.next() {
        switch event {
        case .ping(let content): subscriber.say(WebSocketFrame.pong(content))
        case .pong: break
        case .text, .binary:
          close(subscriber, .unsupportedData, "this stream takes no messages")
        case .close(let code):
          close(subscriber, code ?? .normal, "")
        }
      }
    } catch {
      close(subscriber, error.code, error.reason)
    }
    subscriber.incoming = reader
    if subscriber.controlLeft > Self.controlBytesMax {
      http2.reset(subscriber.stream, .enhanceYourCalm)
    }
  }

  /// Says the last word of this side.
  func close(_ subscriber: FeedSubscriber, _ code: WebSocketCode, _ reason: String) {
    guard !subscriber.isEnding else { return }
    subscriber.farewell = .nothing
    subscriber.end(saying: WebSocketFrame.close(code, reason))
  }

  /// Ends the streams of clients that do not end them after our last word.
  func sweepTunnels(of connection: Connection) {
    guard let http2 = connection.http2 else { return }
    for stream in connection.tunnels where http2.isResponded(stream) {
      http2.reset(stream, .noError)
      markDirty(connection)
    }
  }
}

extension WebSocketCode {
  /// What a refusal is called there.
  init(_ code: FaultCode) {
    self =
      switch code {
      case .unavailable: .goingAway
      case .unauthenticated, .forbidden, .timedOut, .throttled: .policyViolation
      default: .internalError
      }
  }
}
