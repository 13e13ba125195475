/// Reads a client's WebSocket frames (RFC 6455 §5) as they come, however they are cut.
///
/// Extensions are never agreed on, so reserved bits are errors. Nothing is set aside for a length
/// that was only announced.
package struct WebSocketReader: Sendable {
  /// What the client did.
  package enum Event: Hashable, Sendable {
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong
    /// The last frame; nil when it gives no reason.
    case close(WebSocketCode?)
  }

  /// What the client did wrong.
  package struct Failure: Error, Hashable, Sendable {
    package let code: WebSocketCode
    package let reason: String

    init(_ code: WebSocketCode, _ reason: String) {
      self.code = code
      self.reason = reason
    }
  }

  private let messageBytesMax: Int
  private var bytes: [UInt8] = []
  private var taken = 0
  /// The message whose first frames have come.
  private var message: (isText: Bool, content: [UInt8])?
  private var hasEnded = false

  package init(messageBytesMax: Int) { self.messageBytesMax = messageBytesMax }

  /// Takes what came next.
  package mutating func append(_ more: [UInt8]) {
    bytes.removeFirst(taken)
    taken = 0
    if !hasEnded { bytes += more }
  }

  /// The next event; nil until more has come, and behind a close.
  package mutating func next() throws(Failure) -> Event? {
    while !hasEnded, let head = try head() {
      guard bytes.count - taken - head.bytes >= head.length else { return nil }
      let content = unmasked(head)
      taken += head.bytes + head.length
      if let event = try event(head, content) { return event }
    }
    return nil
  }

  /// What stands in front of a frame's content.
  private struct Head {
    let opcode: WebSocketFrame.Opcode
    let isFinal: Bool
    /// Bytes of the head itself.
    let bytes: Int
    /// Bytes of the content.
    let length: Int
  }

  private func head() throws(Failure) -> Head? {
    let rest = bytes[taken...]
    guard rest.count >= 2 else { return nil }
    let (first, second) = (rest[taken], rest[taken + 1])
    guard first & 0x70 == 0 else { throw Failure(.protocolError, "a reserved bit is set") }
    guard let opcode = WebSocketFrame.Opcode(rawValue: first & 0xf) else {
      throw Failure(.protocolError, "opcode \(first & 0xf) is reserved")
    }
    guard second & 0x80 != 0 else { throw Failure(.protocolError, "a frame is not masked") }
    let isFinal = first & 0x80 != 0
    let short = Int(second & 0x7f)
    guard !opcode.isControl || isFinal && short <= WebSocketFrame.controlBytesMax else {
      throw Failure(.protocolError, "a control frame is cut or too long")
    }
    let width = short == 127 ? 8 : short == 126 ? 2 : 0
    guard rest.count >= 6 + width else { return nil }
    let long = rest.dropFirst(2).prefix(width).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // §5.2: the shortest form.
    guard width == 0 || long > (width == 2 ? 125 : 65_535), long >> 63 == 0 else {
      throw Failure(.protocolError, "a length is not in its shortest form")
    }
    let length = width == 0 ? UInt64(short) : long
    let before = UInt64(opcode == .continuation ? message?.content.count ?? 0 : 0)
    guard opcode.isControl || before + length <= UInt64(messageBytesMax) else {
      throw Failure(.tooBig, "a message is longer than \(messageBytesMax) bytes")
    }
    return Head(opcode: opcode, isFinal: isFinal, bytes: 6 + width, length: Int(length))
  }

  private func unmasked(_ head: Head) -> [UInt8] {
    let start = taken + head.bytes
    let key = bytes[start - 4..<start]
    return (0..<head.length).map { bytes[start + $0] ^ key[key.startIndex + $0 & 3] }
  }

  private mutating func event(_ head: Head, _ content: [UInt8]) throws(Failure) -> Event? {
    switch head.opcode {
    case .ping: return .ping(content)
    case .pong: return .pong
    case .close:
      hasEnded = true
      return .close(try Self.code(content))
    case .text, .binary:
      guard message == nil else {
        throw Failure(.protocolError, "a message begins inside of another")
      }
      message = (head.opcode == .text, content)
    case .continuation:
      guard message != nil else {
        throw Failure(.protocolError, "a message goes on that has not begun")
      }
      message?.content += content
    }
    guard head.isFinal, let whole = message else { return nil }
    message = nil
    guard whole.isText else { return .binary(whole.content) }
    guard String(validating: whole.content, as: UTF8.self) != nil else {
      throw Failure(.invalidText, "a text is not UTF-8")
    }
    return .text(whole.content)
  }

  /// §5.5.1: nothing, or a code and a reason in UTF-8.
  private static func code(_ content: [UInt8]) throws(Failure) -> WebSocketCode? {
    guard !content.isEmpty else { return nil }
    guard content.count >= 2 else { throw Failure(.protocolError, "a close has half a code") }
    let number = UInt16(content[0]) << 8 | UInt16(content[1])
    guard let code = WebSocketCode(sent: number) else {
      throw Failure(.protocolError, "no side may send code \(number)")
    }
    guard String(validating: content.dropFirst(2), as: UTF8.self) != nil else {
      throw Failure(.invalidText, "a reason is not UTF-8")
    }
    return code
  }
}
