import Contract
import Testing

@testable import Negotiation

@Suite("Frames of a WebSocket") struct WebSocketTests {
  private static let messageMax = 200

  /// A client's frame with a mask of four different bytes.
  static func frame(_ first: UInt8, _ content: [UInt8]) -> [UInt8] {
    let key: [UInt8] = [1, 2, 3, 4]
    let count = content.count
    let length: [UInt8] =
      count < 126 ? [0x80 | UInt8(count)] : [0xfe, UInt8(count >> 8), UInt8(count & 0xff)]
    return [first] + length + key + content.enumerated().map { $1 ^ key[$0 % 4] }
  }

  private static func read(
    _ bytes: [UInt8], piece: Int
  ) -> (events: [WebSocketReader.Event], code: WebSocketCode?) {
    var reader = WebSocketReader(messageBytesMax: messageMax)
    var events: [WebSocketReader.Event] = []
    do throws(WebSocketReader.Failure) {
      for start in stride(from: 0, to: bytes.count, by: piece) {
        reader.append([UInt8](bytes[start..<min(start + piece, bytes.count)]))
        while let event = try reader.next() { events.append(event) }
      }
      return (events, nil)
    } catch {
      return (events, error.code)
    }
  }

  // swift-format-ignore
  static let rows: [(name: String, bytes: [UInt8], events: [WebSocketReader.Event], code: WebSocketCode?)] = [
    ("text",                     frame(0x81, [0x61, 0x62]),                                          [.text([0x61, 0x62])], nil),
    ("empty text",               frame(0x81, []),                                                    [.text([])], nil),
    ("binary",                   frame(0x82, [0xff]),                                                [.binary([0xff])], nil),
    ("two lengths",              frame(0x82, [UInt8](repeating: 7, count: 126)),                     [.binary([UInt8](repeating: 7, count: 126))], nil),
    ("ping, pong",               frame(0x89, [1]) + frame(0x8a, [2]),                                [.ping([1]), .pong], nil),
    ("fragments around a ping",  frame(0x01, [0xc3]) + frame(0x89, []) + frame(0x80, [0xa9]),        [.ping([]), .text([0xc3, 0xa9])], nil),
    ("close",                    frame(0x88, []) + [0xff],                                           [.close(nil)], nil),
    ("close with a code",        frame(0x88, [3, 0xe8, 0x61]),                                       [.close(.normal)], nil),
    ("close with one's own",     frame(0x88, [0x0f, 0xa0]),                                          [.close(WebSocketCode(sent: 4000))], nil),
    ("incomplete",               [0x81],                                                             [], nil),
    ("announced alone",          [0x81, 0xfe, 0, 150],                                               [], nil),
    ("reserved bit",             frame(0xc1, []),                                                    [], .protocolError),
    ("reserved opcode",          frame(0x83, []),                                                    [], .protocolError),
    ("reserved control",         frame(0x8b, []),                                                    [], .protocolError),
    ("unmasked",                 [0x81, 0x01, 0x61],                                                 [], .protocolError),
    ("ping in fragments",        frame(0x09, []),                                                    [], .protocolError),
    ("long ping",                frame(0x89, [UInt8](repeating: 0, count: 126)),                     [], .protocolError),
    ("goes on from nothing",     frame(0x80, []),                                                    [], .protocolError),
    ("begins inside",            frame(0x01, []) + frame(0x81, []),                                  [], .protocolError),
    ("length not shortest",      [0x82, 0xfe, 0, 125, 0, 0, 0, 0],                                   [], .protocolError),
    ("long length not shortest", [0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0],             [], .protocolError),
    ("length above 2^63",        [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],                [], .protocolError),
    ("too big",                  [0x82, 0xfe, 0, 201, 0, 0, 0, 0],                                   [], .tooBig),
    ("far too big",              [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], [], .tooBig),
    ("too big together",         frame(0x02, [UInt8](repeating: 0, count: 125)) + frame(0x80, [UInt8](repeating: 0, count: 76)), [], .tooBig),
    ("text that is none",        frame(0x81, [0xff]),                                                [], .invalidText),
    ("half a letter",            frame(0x01, [0xc3]) + frame(0x80, [0x41]),                          [], .invalidText),
    ("half a code",              frame(0x88, [3]),                                                   [], .protocolError),
    ("a code nobody may send",   frame(0x88, [3, 0xed]),                                             [], .protocolError),
    ("a reason that is no text", frame(0x88, [3, 0xe8, 0xff]),                                       [], .invalidText),
  ]

  @Test("what a client sends is read the same in any pieces", arguments: rows)
  func reads(
    _ row: (
      name: String, bytes: [UInt8], events: [WebSocketReader.Event], code: WebSocketCode?
    )
  ) {
    for piece in [1, 2, 3, 7, 1000] {
      let (events, code) = Self.read(row.bytes, piece: piece)
      #expect(events == row.events && code == row.code, "\(row.name) in pieces of \(piece)")
    }
  }

  @Test(
    "a server's frames have the shortest length and no mask",
    arguments: [0, 125, 126, 65_535, 65_536])
  func writes(count: Int) {
    let content = [UInt8](repeating: 7, count: count)
    let frame = WebSocketFrame.binary(content)
    let head: [UInt8] =
      switch count {
      case ..<126: [0x82, UInt8(count)]
      case ..<65_536: [0x82, 126, UInt8(count >> 8), UInt8(count & 0xff)]
      default: [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]
      }
    #expect(frame == head + content)
  }

  @Test("a close fits a control frame, and a reason is cut between letters")
  func closes() {
    #expect(WebSocketFrame.close(.goingAway, "") == [0x88, 2, 3, 0xe9])
    let long = WebSocketFrame.close(.normal, String(repeating: "\u{e9}", count: 100))
    #expect(long.count == 2 + 124 && String(validating: long.dropFirst(4), as: UTF8.self) != nil)
  }

  // swift-format-ignore
  static let openings: [(fields: [(String, String)], format: BodyFormat?, name: String?)] = [
    ([],                                                                              .json, nil),
    ([("sec-websocket-protocol", "switchyard.json")],                                 .json, "switchyard.json"),
    ([("sec-websocket-protocol", "chat , switchyard.cbor,switchyard.json")],          .cbor, "switchyard.cbor"),
    ([("sec-websocket-protocol", "chat"), ("sec-websocket-protocol", "switchyard.cbor")], .cbor, "switchyard.cbor"),
    ([("sec-websocket-protocol", "chat")],                                            nil,   nil),
    ([("sec-websocket-protocol", "SWITCHYARD.JSON")],                                 nil,   nil),
  ]

  @Test("the client's first subprotocol that is known is spoken", arguments: openings)
  func opens(_ row: (fields: [(String, String)], format: BodyFormat?, name: String?)) throws {
    let head = FieldSection([("sec-websocket-version", "13")] + row.fields)
    guard let format = row.format else {
      let fault = #expect(throws: Fault.self) { try WebSocketOpening(head) }
      #expect(fault?.code == .notAcceptable)
      return
    }
    let opening = try WebSocketOpening(head)
    #expect(opening.format == format && opening.subprotocol.map { "\($0)" } == row.name)
  }

  @Test("another version, or none, is refused", arguments: [[], ["8"], ["13", "13"]])
  func versions(_ versions: [String]) {
    let head = FieldSection(versions.map { ("sec-websocket-version", $0) })
    #expect(throws: Fault.self) { try WebSocketOpening(head) }
  }
}
