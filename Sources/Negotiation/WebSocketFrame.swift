/// Writes a server's WebSocket frames (RFC 6455 §5.2): whole messages, never masked.
package enum WebSocketFrame {
  /// What a frame is.
  enum Opcode: UInt8 {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xa

    /// §5.5: control frames are short and come whole, between the frames of a message.
    var isControl: Bool { rawValue >= 0x8 }
  }

  /// The most that a control frame carries, in bytes (§5.5).
  static let controlBytesMax = 125

  /// A message of text, which is UTF-8.
  package static func text(_ content: [UInt8]) -> [UInt8] { frame(.text, content) }

  /// A message of bytes.
  package static func binary(_ content: [UInt8]) -> [UInt8] { frame(.binary, content) }

  /// The question whether the peer lives.
  package static let ping: [UInt8] = frame(.ping, [])

  /// The answer to a ping with the same content.
  package static func pong(_ content: [UInt8]) -> [UInt8] { frame(.pong, content) }

  /// The last frame of a side; a long reason is cut between two letters.
  package static func close(_ code: WebSocketCode, _ reason: String) -> [UInt8] {
    var content = [UInt8(code.number >> 8), UInt8(code.number & 0xff)]
    for letter in reason where content.count + letter.utf8.count <= controlBytesMax {
      content += letter.utf8
    }
    return frame(.close, content)
  }

  private static func frame(_ opcode: Opcode, _ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(content.count + 10)
    bytes.append(0x80 | opcode.rawValue)
    switch content.count {
    case ..<126: bytes.append(UInt8(content.count))
    case ..<65_536: append(content.count, sign: 126, width: 2, to: &bytes)
    default: append(content.count, sign: 127, width: 8, to: &bytes)
    }
    bytes += content
    return bytes
  }

  private static func append(_ length: Int, sign: UInt8, width: Int, to bytes: inout [UInt8]) {
    bytes.append(sign)
    for place in (0..<width).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: length >> (8 * place)))
    }
  }
}

/// Why a WebSocket ends (RFC 6455 §7.4.1).
package struct WebSocketCode: Hashable, Sendable {
  let number: UInt16

  /// What the server itself says.
  package static let normal = WebSocketCode(number: 1000)
  package static let goingAway = WebSocketCode(number: 1001)
  package static let protocolError = WebSocketCode(number: 1002)
  package static let unsupportedData = WebSocketCode(number: 1003)
  package static let invalidText = WebSocketCode(number: 1007)
  package static let policyViolation = WebSocketCode(number: 1008)
  package static let tooBig = WebSocketCode(number: 1009)
  package static let internalError = WebSocketCode(number: 1011)

  private init(number: UInt16) { self.number = number }

  /// The code that a peer has sent; nil for one that no side may send (§7.4).
  init?(sent number: UInt16) {
    switch number {
    case 1000...1003, 1007...1014, 3000...4999: self.number = number
    default: return nil
    }
  }
}
