package import Contract
package import Wire

/// One message of a feed: an event of the log, which has an id, or a control message, which has
/// none and so never moves the subscriber's position (the catalogue, §0.9).
package struct FeedFrame: Sendable {
  /// The name of the message, `run.event`.
  package let event: StaticString
  /// The position to resume from; nil for control messages.
  package let id: Int64?
  /// Whether the message says nothing but that the feed lives.
  package let isPing: Bool
  /// The content; compact, so without a line end.
  package let content: StoredJSON

  /// An event of the log.
  package init(_ item: FeedItem, event: StaticString) {
    self.event = event
    id = item.position
    isPing = false
    content = item.event
  }

  private init(control event: StaticString, isPing: Bool = false, _ content: StoredJSON) {
    self.event = event
    id = nil
    self.isPing = isPing
    self.content = content
  }

  /// The first message of every feed.
  package static func greeting(_ content: StoredJSON) -> FeedFrame {
    FeedFrame(control: "connected", content)
  }

  /// The sign of life of a silent feed.
  package static func ping(at time: Timestamp) -> FeedFrame {
    FeedFrame(
      control: "ping", isPing: true, StoredJSON(encoding: ["ts": .text(time.text)] as WireValue))
  }

  /// The refusal that ends a feed which could not go on.
  package static func failure(_ fault: Fault, zone: Zone, circumstances: FaultCircumstances)
    -> FeedFrame
  {
    FeedFrame(
      control: "failure",
      StoredJSON(encoding: zone.row.shape.value(of: fault, in: zone, circumstances)))
  }
}

extension FeedFormat {
  /// The bytes of one message; none for a control message where only events have a form.
  package func encode(_ frame: FeedFrame) -> [UInt8] {
    switch self {
    case .eventStream: EventStreamText.message(frame)
    case .cborSequence: CBORItem.message(frame)
    case .jsonSequence: JSONRecord.message(frame)
    case .messages(let format): frame.id == nil ? [] : GRPCMessage.framed(format.encode(frame))
    case .webSocket: frame.isPing ? WebSocketFrame.ping : webSocketMessage(frame)
    }
  }

  /// The bytes that tell a subscriber how long to wait before it comes back, in milliseconds.
  package func encode(retryMilliseconds: Int) -> [UInt8] {
    switch self {
    case .eventStream: [UInt8]("retry: \(retryMilliseconds)\n\n".utf8)
    case .cborSequence: CBORItem.retry(Int64(retryMilliseconds))
    case .jsonSequence: JSONRecord.retry(Int64(retryMilliseconds))
    case .messages, .webSocket: []
    }
  }

  /// The object of the sequences, in a frame of its own.
  private func webSocketMessage(_ frame: FeedFrame) -> [UInt8] {
    if self == .webSocket(.json) { return WebSocketFrame.text(JSONRecord.object(frame)) }
    return WebSocketFrame.binary(CBORItem.message(frame))
  }
}

extension BodyFormat {
  /// The event alone: a gRPC message has the type that the row says.
  fileprivate func encode(_ frame: FeedFrame) -> [UInt8] {
    switch self {
    case .json: frame.content.bytes
    case .cbor: frame.content.cbor()
    case .markdown: encode(frame.content, title: "\(frame.event)")
    }
  }
}
