/// One frame as bytes on the wire (RFC 9113 §4.1), written and read without the engine under test.
struct Frame: Hashable, CustomStringConvertible {
  var type: UInt8
  var flags: UInt8 = 0
  var stream: UInt32
  var payload: [UInt8] = []
  /// Another length than the payload's, for frames that lie.
  var announcedLength: Int?

  static let clientPreface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  var bytes: [UInt8] {
    let length = announcedLength ?? payload.count
    return [
      UInt8(length >> 16 & 0xff), UInt8(length >> 8 & 0xff), UInt8(length & 0xff), type, flags,
    ]
      + stream.octets + payload
  }

  var description: String { "\(type)/\(flags) on \(stream), \(payload.count) bytes" }

  /// The frames in `bytes`, and what is left of an incomplete one.
  static func parse(_ bytes: [UInt8]) -> (frames: [Frame], rest: [UInt8]) {
    var frames: [Frame] = []
    var left = bytes[...]
    while left.count >= 9 {
      let head = Array(left.prefix(9))
      let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      guard left.count >= 9 + length else { break }
      frames.append(
        Frame(
          type: head[3], flags: head[4], stream: UInt32(octets: head[5..<9]),
          payload: Array(left.dropFirst(9).prefix(length))))
      left = left.dropFirst(9 + length)
    }
    return (frames, Array(left))
  }

  /// The code in RST_STREAM (first four bytes) or GOAWAY (second four bytes).
  var code: UInt32? {
    switch type {
    case 3 where payload.count == 4: UInt32(octets: payload[0..<4])
    case 7 where payload.count >= 8: UInt32(octets: payload[4..<8])
    case _: nil
    }
  }
}

// MARK: - Kinds of frames

extension Frame {
  static let endStream: UInt8 = 0x1
  static let acknowledge: UInt8 = 0x1
  static let endHeaders: UInt8 = 0x4
  static let padded: UInt8 = 0x8

  static func data(_ stream: UInt32, _ payload: [UInt8], flags: UInt8 = 0) -> Frame {
    Frame(type: 0, flags: flags, stream: stream, payload: payload)
  }

  static func headers(
    _ stream: UInt32, _ fields: [(String, String)] = Frame.get, flags: UInt8 = 0x5
  ) -> Frame {
    Frame(type: 1, flags: flags, stream: stream, payload: block(fields))
  }

  static func priority(_ stream: UInt32, on parent: UInt32) -> Frame {
    Frame(type: 2, stream: stream, payload: parent.octets + [15])
  }

  static func reset(_ stream: UInt32, _ code: UInt32) -> Frame {
    Frame(type: 3, stream: stream, payload: code.octets)
  }

  static func settings(_ entries: [(UInt16, UInt32)] = [], flags: UInt8 = 0) -> Frame {
    Frame(
      type: 4, flags: flags, stream: 0,
      payload: entries.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 0xff)] + $0.1.octets })
  }

  static func ping(_ payload: [UInt8], flags: UInt8 = 0) -> Frame {
    Frame(type: 6, flags: flags, stream: 0, payload: payload)
  }

  static func goAway(_ last: UInt32, _ code: UInt32) -> Frame {
    Frame(type: 7, stream: 0, payload: last.octets + code.octets)
  }

  static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> Frame {
    Frame(type: 8, stream: stream, payload: increment.octets)
  }

  static func continuation(
    _ stream: UInt32, _ payload: [UInt8], flags: UInt8 = 0
  ) -> Frame {
    Frame(type: 9, flags: flags, stream: stream, payload: payload)
  }

  static let get = [(":method", "GET"), (":path", "/"), (":scheme", "https"), (":authority", "a")]
  static let post = [
    (":method", "POST"), (":path", "/"), (":scheme", "https"), (":authority", "a"),
  ]

  /// A header block of literals that touch no table (RFC 7541 §6.2.2), so any bytes can be said.
  static func block(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { [0] + text(Array($0.0.utf8)) + text(Array($0.1.utf8)) }
  }

  private static func text(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
    var length: [UInt8] = [127]
    var rest = bytes.count - 127
    while rest >= 128 {
      length.append(UInt8(rest % 128) | 128)
      rest /= 128
    }
    return length + [UInt8(rest)] + bytes
  }
}

extension UInt32 {
  var octets: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }

  init(octets: some Collection<UInt8>) {
    self = octets.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
