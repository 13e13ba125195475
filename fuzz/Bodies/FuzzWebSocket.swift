import Negotiation

/// A client's WebSocket frames: the same in any pieces, bounded, and nothing behind the end.
@Sendable
func fuzzWebSocket(_ bytes: [UInt8]) throws(BrokenProperty) {
  guard let control = bytes.first else { return }
  let rest = [UInt8](bytes.dropFirst())
  let whole = read(rest, piece: max(rest.count, 1))
  try hold(
    read(rest, piece: 1 + Int(control)) == whole, "events do not depend on the pieces they come in")
  for (index, event) in whole.events.enumerated() {
    switch event {
    case .text(let content):
      try hold(content.count <= messageBytesMax, "no message is above the limit")
      try hold(String(validating: content, as: UTF8.self) != nil, "a text is UTF-8")
    case .binary(let content):
      try hold(content.count <= messageBytesMax, "no message is above the limit")
    case .ping(let content): try hold(content.count <= 125, "a control frame is short")
    case .pong: break
    case .close: try hold(index == whole.events.count - 1, "nothing follows a close")
    }
  }
}

private let messageBytesMax = 512

/// What came of reading.
private struct Reading: Equatable {
  var events: [WebSocketReader.Event] = []
  var failure: WebSocketReader.Failure?
}

private func read(_ bytes: [UInt8], piece: Int) -> Reading {
  var reader = WebSocketReader(messageBytesMax: messageBytesMax)
  var reading = Reading()
  var start = 0
  do throws(WebSocketReader.Failure) {
    while start < bytes.count {
      let end = min(start + piece, bytes.count)
      reader.append([UInt8](bytes[start..<end]))
      start = end
      while let event = try reader.next() { reading.events.append(event) }
    }
  } catch {
    reading.failure = error
  }
  return reading
}
