/// Writes JSON text as deterministic CBOR without a tree between.
///
/// A container's length and order are known at its end only: its items are written where they
/// stand, then sorted where they must be, and the head is put in front of them.
struct JSONTranscoder {
  private var source: JSONSource

  init(_ text: [UInt8], _ limits: DecodeLimits) {
    source = JSONSource(text, limits: limits)
  }

  mutating func value(into buffer: inout ByteBuffer) throws(DecodeError) {
    switch try source.peek() {
    case UInt8(ascii: "{"): try map(into: &buffer)
    case UInt8(ascii: "["): try array(into: &buffer)
    case UInt8(ascii: "\""): try text(into: &buffer)
    default:
      // Numbers and words have no parts, so that their tree is one value.
      let value = try source.open()
      var sink = CBORSink(capacity: 0)
      swap(&sink.buffer, &buffer)
      value.write(into: &sink)
      swap(&sink.buffer, &buffer)
    }
  }

  private mutating func text(into buffer: inout ByteBuffer) throws(DecodeError) {
    let token = try source.string()
    guard !token.hasEscapes else { return buffer.appendText(try source.text(of: token)) }
    buffer.appendHead(.text, UInt64(token.range.count))
    buffer.append(source.input[token.range])
  }

  private mutating func array(into buffer: inout ByteBuffer) throws(DecodeError) {
    let start = buffer.beginContainer()
    var count = 0
    try source.beginArray()
    while try source.nextElement() {
      try value(into: &buffer)
      count += 1
    }
    buffer.endContainer(.array, count: count, at: start)
  }

  private mutating func map(into buffer: inout ByteBuffer) throws(DecodeError) {
    let start = buffer.beginContainer()
    var members: [Range<Int>] = []
    try source.beginMap()
    while let key = try source.nextKey() {
      let first = buffer.count
      buffer.appendText(key)
      try value(into: &buffer)
      members.append(first..<buffer.count)
    }
    buffer.sort(members)
    buffer.endContainer(.map, count: members.count, at: start)
  }
}

extension ByteBuffer {
  /// Leaves room for a short head, and says where.
  fileprivate mutating func beginContainer() -> Int {
    append(0)
    return count - 1
  }

  /// Puts the head of a container in the room at `start`, moving the items when it is longer.
  fileprivate mutating func endContainer(_ major: MajorType, count items: Int, at start: Int) {
    guard items >= 24 else {
      self[start] = major.rawValue << 5 | UInt8(items)
      return
    }
    let contents = removeAll(from: start + 1)
    _ = removeAll(from: start)
    appendHead(major, UInt64(items))
    append(contents)
  }
}
