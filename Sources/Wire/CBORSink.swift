/// Writes CBOR (RFC 8949), always deterministic (§4.2.1): shortest heads, shortest floats, definite
/// lengths.
///
/// Maps come sorted because `sortsKeys` asks callers for that order.
package struct CBORSink: ~Copyable, Sink {
  var buffer: ByteBuffer

  package static var sortsKeys: Bool { true }

  /// An empty sink with room for `capacity` bytes.
  package init(capacity: Int = 512) {
    buffer = ByteBuffer(capacity: capacity)
  }

  /// An empty sink that writes into `room`, which must outlive it, as long as that is enough.
  @unsafe init(in room: UnsafeMutableBufferPointer<UInt8>) {
    // SAFETY: the caller lends the room.
    unsafe buffer = ByteBuffer(in: room)
  }

  /// The bytes written so far; the sink is empty afterwards and keeps its room.
  package mutating func finish() -> [UInt8] { buffer.finish() }

  package mutating func null() { buffer.append(0xf6) }

  package mutating func bool(_ value: Bool) { buffer.append(value ? 0xf5 : 0xf4) }

  package mutating func integer(_ value: Int64) {
    // RFC 8949 §3.1: major type 1 holds -1 - value, which is the bitwise complement.
    if value >= 0 {
      buffer.appendHead(.unsigned, UInt64(value))
    } else {
      buffer.appendHead(.negative, UInt64(bitPattern: ~value))
    }
  }

  package mutating func unsigned(_ value: UInt64) { buffer.appendHead(.unsigned, value) }

  package mutating func double(_ value: Double) { buffer.appendShortestFloat(value) }

  package mutating func text(_ value: String) { buffer.appendText(value) }

  package mutating func choice(_ name: FieldName) { buffer.append(name.cbor) }

  package mutating func timestamp(_ value: Timestamp) {
    buffer.appendHead(.text, UInt64(Timestamp.textLength))
    buffer.append(value)
  }

  package mutating func bytes(_ value: [UInt8]) {
    buffer.appendHead(.bytes, UInt64(value.count))
    buffer.append(value)
  }

  package mutating func stored(_ value: StoredJSON) { value.write(into: &buffer) }

  package mutating func open(_ value: WireValue) { value.write(into: &self) }

  package mutating func beginArray(count: Int) { buffer.appendHead(.array, UInt64(count)) }
  package mutating func endArray() {}
  package mutating func beginMap(count: Int) { buffer.appendHead(.map, UInt64(count)) }
  package mutating func endMap() {}

  package mutating func key(_ name: FieldName) { buffer.append(name.cbor) }
  package mutating func key(_ name: String) { buffer.appendText(name) }
}
